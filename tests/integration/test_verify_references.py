"""`engine --verify` and the indexes of references: an order that has ended is found by its own and by no other."""

import uuid

import pytest

from harness.shop import checkpoint_offset
from harness.verified import assert_found, assert_good, place, stored, verify

PARKING = {"payment": {"simulate": {"refund_transient_rate": 1.0},
                       "retry": {"backoff": "10ms", "backoff_max": "20ms", "deadline": "100ms"}},
           "shipping": {"simulate": {"fail_sku": "glass*"}}}


@pytest.fixture
def ended(world):
    """Two that have completed, the second with reference R-7, and one that is parked; the engine has stopped."""
    engine = world.engine(PARKING).start()
    orders = [place(engine, "completed"), place(engine, "completed", reference="R-7"), place(engine, "parked", item="glass vase")]
    stored(world)
    assert engine.stop() == 0
    return orders


def index_of(reference):
    return f"saga:0:reference:{reference}"


def not_found(order_id, reference):
    return f'order {order_id}: Redis does not find it by its reference "{reference}"'


def test_an_index_of_references_that_says_something_else_is_found(world, ended, tmp_path):
    redis = world.redis.client
    other, order_id, parked = ended
    index = index_of("R-7")
    serial = int(redis.zscore(index, order_id))
    missing = not_found(order_id, "R-7")

    def found_wrongly(who, reference, at):
        return f'order {who}: Redis finds it by reference "{reference}" as placed at offset {at - 1}, and it was not'

    def broken(break_it, *texts):
        before = redis.dump(index), max(redis.pttl(index), 0)
        break_it()
        assert_found(verify(world, tmp_path), *texts)
        redis.restore(index, before[1], before[0], replace=True)

    broken(lambda: redis.delete(index), missing)
    broken(lambda: redis.set(index, order_id), missing)
    broken(lambda: redis.zadd(index, {order_id: serial + 1}), missing, found_wrongly(order_id, "R-7", serial + 1))
    for who, at in ((other, serial), (other, 1), (parked, serial)):
        broken(lambda who=who, at=at: redis.zadd(index, {who: at}), found_wrongly(who, "R-7", at))
    redis.zadd(index_of("R-8"), {order_id: serial})
    assert_found(verify(world, tmp_path), found_wrongly(order_id, "R-8", serial))
    redis.delete(index_of("R-8"))
    redis.zadd(index, {str(uuid.uuid4()): 1})  # of one that is not kept any more
    assert_good(verify(world, tmp_path))

    # A full one has the newest only.
    redis.zrem(index, order_id)
    redis.zadd(index, {str(uuid.uuid4()): serial + 1 + number for number in range(998)})
    assert_found(verify(world, tmp_path), missing)
    redis.zadd(index, {str(uuid.uuid4()): serial + 1000})
    assert_found(verify(world, tmp_path), missing)  # the oldest there is older
    redis.zremrangebyrank(index, 0, 0)
    redis.zadd(index, {str(uuid.uuid4()): serial + 1001})
    assert_good(verify(world, tmp_path))


def test_who_ended_under_an_engine_without_an_index_need_not_be_in_it(world, ended, tmp_path):
    redis = world.redis.client
    redis.delete(index_of("R-7"))
    redis.hdel("saga:0:checkpoint", "indexed", "indexed_from")
    assert_good(verify(world, tmp_path))
    engine = world.engine(PARKING).start()
    order_id = place(engine, "completed", reference="R-8")
    assert engine.stop() == 0
    assert_good(verify(world, tmp_path))
    redis.delete(index_of("R-8"))
    assert_found(verify(world, tmp_path), not_found(order_id, "R-8"))

    # Such an engine was here in between.
    redis.hset("saga:0:checkpoint", "indexed", checkpoint_offset(redis) - 1)
    assert_good(verify(world, tmp_path))


def test_an_id_that_was_placed_anew_may_stand_in_the_index_of_its_first_reference(world, tmp_path):
    """Other orders of that reference keep the index for longer than its document."""
    order_id = str(uuid.uuid4())
    engine = world.engine().start()
    place(engine, "completed", orderId=order_id, reference="R-1")
    assert engine.stop() == 0
    world.redis.client.delete(f"saga:order:{order_id}", index_of("R-1"))  # as when [orders] keep is over
    engine = world.engine().start()
    place(engine, "completed", reference="R-1")
    place(engine, "completed", orderId=order_id, reference="R-2")
    assert engine.stop() == 0
    first = next(record for record in world.records() if record.type == "OrderPlaced")
    world.redis.client.zadd(index_of("R-1"), {order_id: first.offset + 1})
    assert_good(verify(world, tmp_path))
    world.redis.client.zadd(index_of("R-1"), {order_id: first.offset + 2})
    assert_found(verify(world, tmp_path), f'order {order_id}: Redis finds it by reference "R-1"')
