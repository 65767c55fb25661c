"""`engine --verify`: says nothing of a topic and a Redis that belong together, and finds each thing that is broken."""

import json
import re
import threading

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from harness.shop import checkpoint_offset, redis_value, shop_order
from harness.verified import assert_found, assert_good, figure, findings, place, stored, verify
from harness.wait import free_port, until

RULES = {"payment": {"simulate": {"decline_over": "1000.00", "refund_transient_rate": 1.0},
                     "retry": {"backoff": "10ms", "backoff_max": "20ms", "deadline": "100ms"}},
         "shipping": {"simulate": {"fail_sku": "glass*"}}}


@pytest.fixture
def mixed(world):
    """Three completed orders, one of them of counted goods, one cancelled, one parked; the ids by status. The engine runs."""
    world.redis.client.hset("saga:0:stock", mapping={"never sold": 3, "keyboard": 10})
    engine = world.running = world.engine(RULES).start()
    assert engine.put_stock("mouse", 1).status_code == 200
    assert engine.put_stock("glass vase", 2).status_code == 200
    orders = {"completed": [place(engine, "completed"), place(engine, "completed", item="uncounted", reference="R-7")],
              "cancelled": [place(engine, "cancelled", amount=1000.01)],
              "parked": [place(engine, "parked", item="glass vase")]}
    answer = engine.post({"userId": "u", "userEmail": "you@example.com", "items": [
        {"sku": "mouse", "quantity": 1, "price": "1.50"}, {"sku": "keyboard", "quantity": 2, "price": "1.00"}]},
        Prefer="wait=20")
    assert answer.json()["status"] == "completed"
    orders["completed"].append(answer.json()["orderId"])
    stored(world)
    return orders


@pytest.fixture
def stopped(world, mixed):
    assert world.running.stop() == 0
    return mixed


def test_what_belongs_together_is_verified_and_left_as_it_is(world, mixed, tmp_path):
    before = world.records()
    running = verify(world, tmp_path)  # beside an engine at rest
    assert_good(running)
    assert "orders: 5 placed, 1 cancelled, 3 completed, 1 parked" in running.stdout
    assert ("captured 153.47 USD, refunded 0.00 USD; completed orders 103.48 USD, charged and under way 49.99 USD"
            in running.stdout)
    assert "1 looked up by their reference, 1 skus that the log does not know" in running.stdout
    assert world.running.stop() == 0
    held = {key: redis_value(world.redis.client, key) for key in world.redis.client.keys()}
    assert_good(verify(world, tmp_path))
    assert {key: redis_value(world.redis.client, key) for key in world.redis.client.keys()} == held
    assert len(world.records()) == len(before)

    # Sent on by the next engine, which can refund.
    again = world.engine({"shipping": RULES["shipping"]}).start()
    order_id = mixed["parked"][0]
    assert again.retry(order_id).status_code == 202
    again.reaches(order_id, "cancelled")
    stored(world)
    done = verify(world, tmp_path)
    assert_good(done)
    assert figure(done, "epochs") == 2
    assert "refunded 49.99 USD" in done.stdout and "under way 0.00 USD" in done.stdout
    assert again.stop() == 0


def test_what_was_changed_in_redis_is_found(world, stopped, tmp_path):
    redis = world.redis.client
    completed, parked = stopped["completed"][0], stopped["parked"][0]

    def broken(break_it, mend, *texts):
        break_it()
        assert_found(verify(world, tmp_path), *texts)
        mend()

    for order_id in (completed, parked):
        key = f"saga:order:{order_id}"
        document, left = redis.get(key), redis.ttl(key)

        def restore(key=key, document=document, left=left):
            redis.set(key, document, ex=left if left > 0 else None)
        other = document.replace("you@example.com", "yoo@example.com")
        assert other != document
        broken(lambda key=key, other=other: redis.set(key, other), restore,
               f"order {order_id}: Redis has another document than the log says, offset ")
        broken(lambda key=key: redis.delete(key), restore, f"order {order_id}: Redis has no document of it, offset ")
    broken(lambda: redis.hset("saga:0:stock", "mouse", 1), lambda: redis.hset("saga:0:stock", "mouse", 0),
           "stock of mouse is 1 in Redis, the log says 0")
    broken(lambda: redis.hdel("saga:0:stock", "mouse"), lambda: redis.hset("saga:0:stock", "mouse", 0),
           "stock of mouse is not in Redis, the log says 0")
    broken(lambda: redis.srem("saga:0:live", parked), lambda: redis.sadd("saga:0:live", parked),
           f"order {parked}: it is parked, and Redis does not list it as unfinished")
    broken(lambda: redis.sadd("saga:0:live", completed), lambda: redis.srem("saga:0:live", completed),
           f"order {completed}: Redis lists it as unfinished, the log does not")
    seq = int(redis.hget("saga:0:checkpoint", "seq"))
    broken(lambda: redis.hset("saga:0:checkpoint", "seq", seq - 1), lambda: redis.hset("saga:0:checkpoint", "seq", seq),
           f"seq {seq - 1} ")
    offset = checkpoint_offset(redis)
    broken(lambda: redis.hset("saga:0:checkpoint", "offset", offset + 100),
           lambda: redis.hset("saga:0:checkpoint", "offset", offset),
           f"Redis has reached offset {offset + 100}, and the topic ends at {offset}")
    assert_good(verify(world, tmp_path))


def send(world, *values):
    producer = Producer({"bootstrap.servers": world.broker.bootstrap})
    for value in values:
        producer.produce(world.topic, value=value)
    assert producer.flush(20) == 0


def test_a_zombie_and_a_request_are_counted_and_a_forged_step_is_found(world, stopped, tmp_path):
    events = [json.loads(record.value) for record in world.records()]
    epoch, last = events[-1]["epoch"], int(events[-1]["seq"])
    send(world, json.dumps({**events[-1], "epoch": "4711"}), '{"any":"thing"}', "no JSON", json.dumps(events[-1]))
    done = verify(world, tmp_path)
    assert_good(done)
    assert (figure(done, "other epochs"), figure(done, "requests"), figure(done, "doubled")) == (1, 2, 1)

    def forged(change, number):
        return json.dumps({**change, "epoch": epoch, "seq": str(last + number)})
    taken = next(event for event in events if event["type"] == "InventoryUpdated" and len(event["data"]["lines"]) == 2)
    placed = next(event for event in events if event["type"] == "OrderPlaced")
    fresh = "00000000-0000-4000-8000-000000000000"

    def of_fresh(event, step):
        return {**event, "id": f"{fresh}.{step}", "subject": fresh, "data": {**event["data"], "orderId": fresh}}
    paid = next(event for event in events if event["type"] == "PaymentConfirmed")
    cheap = of_fresh({**paid, "data": {**paid["data"], "amountMinor": 1}}, 2)
    reserved = next(event for event in events if event["type"] == "InventoryUpdated")
    wrong = of_fresh({**reserved, "data": {"lines": [{"sku": "keyboard", "quantity": 1, "left": -5}]}}, 3)
    send(world, forged(taken, 1), forged(of_fresh(placed, 1), 2), forged(cheap, 3), forged(wrong, 4),
         forged(taken, 99))
    done = verify(world, tmp_path)
    assert_found(done, "an event that does not fit what came before it (stranger), offset ",
                 f"order {fresh}: PaymentConfirmed of 0.01 USD, and it costs 49.99 USD",
                 "stock of keyboard is -5",
                 "stock of keyboard was 7, and InventoryUpdated of 1 makes it -5",
                 "captured and not refunded are 153.48 USD; completed orders and those that are charged and under way cost "
                 "203.46 USD")
    assert figure(done, "behind holes") == 1
    assert "4 events of the log behind" in done.stdout


def test_documents_that_redis_keeps_no_longer_are_no_finding(world, stopped, tmp_path):
    """The same log, as of years ago, and a Redis that was filled from it."""
    old = [re.sub(rb'"time":"\d{4}', b'"time":"2020', record.value) for record in world.records()]
    world.topic += "-old"
    world.config["kafka"]["topic"] = world.topic
    world.redis.client.flushdb()
    admin = AdminClient({"bootstrap.servers": world.broker.bootstrap})
    for created in admin.create_topics([NewTopic(world.topic, 1, 1)]).values():
        created.result(20)
    send(world, *old)
    engine = world.engine(RULES).start()
    assert engine.stop() == 0
    assert_good(verify(world, tmp_path))
    world.redis.client.delete(*(f"saga:order:{order_id}" for order_id in stopped["completed"]))
    done = verify(world, tmp_path)
    assert_good(done)
    assert "3 not kept any more" in done.stdout


def test_a_redis_that_moves_on_is_no_finding(world, tmp_path):
    engine = world.engine().start()
    stop = threading.Event()

    def shop():
        while not stop.is_set():
            engine.post(shop_order())
    clients = [threading.Thread(target=shop) for _ in range(4)]
    for client in clients:
        client.start()
    try:
        until(lambda: (checkpoint_offset(world.redis.client) or 0) > 100, 20, "orders stored")
        done = verify(world, tmp_path)
    finally:
        stop.set()
        for client in clients:
            client.join(60)
    assert (done.returncode, findings(done)) == (1, []), done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == (
        "not verified: Redis moved on while it was read: stop the engine, or try again")
    assert engine.stop() == 0
    assert_good(verify(world, tmp_path))


def test_of_a_trimmed_topic_the_log_is_verified(world, stopped, tmp_path):
    again = world.engine({"shipping": RULES["shipping"]}).start()
    assert again.retry(stopped["parked"][0]).status_code == 202
    again.reaches(stopped["parked"][0], "cancelled")
    place(again, "completed", item="bowl")
    assert again.stop() == 0
    epoch = max(record.offset for record in world.records() if record.type == "EpochStarted")
    world.trim(epoch - 2)
    world.redis.client.hset("saga:0:stock", "mouse", 7)  # nobody can say any more
    done = verify(world, tmp_path)
    assert_good(done)
    assert "note: the topic does not begin at offset 0: only the log is verified" in done.stdout
    assert (figure(done, "epochs"), figure(done, "other epochs")) == (1, 2)


def test_a_redis_that_has_nothing_yet_is_only_behind(world, stopped, tmp_path):
    count = len(world.records())
    world.redis.client.flushdb()
    done = verify(world, tmp_path)
    assert_good(done)
    assert f"at offset -1, {count - 1} events of the log behind" in done.stdout


@pytest.mark.parametrize("changes", [{"kafka": {"brokers": f"127.0.0.1:{free_port()}", "start_deadline": "2s"}},
                                     {"redis": {"url": f"redis://127.0.0.1:{free_port()}/0", "start_deadline": "2s"}}],
                         ids=["kafka", "redis"])
def test_a_service_that_is_missing_is_69(world, tmp_path, changes):
    assert verify(world, tmp_path, changes).returncode == 69


def test_bad_configuration_is_78(world, tmp_path):
    assert verify(world, tmp_path, {"orders": {"currency": "XYZ"}}).returncode == 78
