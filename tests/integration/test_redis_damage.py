"""A part of Redis is lost, between two starts or while the engine runs: `--verify` finds it, a start sees it, and everything is
rebuilt from the topic. Orders go on and end, a cancel finds them, and stock is right."""

import dataclasses
from collections.abc import Callable

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from harness.engine import verify
from harness.shop import shop_order
from harness.topic import chains, valid
from harness.wait import until

DO_NOT_BELONG_TOGETHER = 65
BAD_CONFIGURATION = 78
WAITING = {"shipping": {"simulate": {"transient_rate": 1.0}, "retry": {"attempts": 1000, "backoff": "300ms",
                                                                        "backoff_max": "300ms"}}}
ORDER = "saga:order:{}".format
LIVE, STOCK, CHECKPOINT, RECENT = "saga:0:live", "saga:0:stock", "saga:0:checkpoint", "saga:0:recent"


@dataclasses.dataclass(frozen=True)
class Damage:
    """`harm` is done to Redis, of which `order` is an unfinished one; each of the two says words of its own."""
    name: str
    harm: Callable
    verify: str
    start: str
    running: bool = True  # an engine that runs sees it too


DAMAGES = [
    Damage("unfinished orders", lambda redis, order: redis.delete(LIVE),
           "Redis does not list it as unfinished", "0 unfinished orders are there, and at the checkpoint there were 2"),
    Damage("one of them", lambda redis, order: redis.srem(LIVE, order),
           "Redis does not list it as unfinished", "1 unfinished orders are there, and at the checkpoint there were 2"),
    Damage("one of them, and another is there", lambda redis, order: (redis.srem(LIVE, order), redis.sadd(LIVE, "nobody")),
           "Redis does not list it as unfinished", "order nobody, listed as unfinished, has no document", running=False),
    Damage("the document of one", lambda redis, order: redis.delete(ORDER(order)),
           "Redis has no document of it", "listed as unfinished, has no document", running=False),
    Damage("a part of the document of one", lambda redis, order: redis.set(ORDER(order), redis.get(ORDER(order))[:100]),
           "Redis has another document", "has a document that cannot be used", running=False),
    Damage("a step of one", lambda redis, order: redis.set(
        ORDER(order), redis.get(ORDER(order)).replace('"status":"reserved"', '"status":"paid"')),
        "Redis has another document", "has a document that cannot be used", running=False),
    Damage("stock", lambda redis, order: redis.delete(STOCK),
           "is not in Redis", "order {}, listed as unfinished, has taken of "),
    Damage("the stock of one sku", lambda redis, order: redis.hdel(STOCK, "keyboard"),
           "stock of keyboard is not in Redis", "has taken of keyboard, of which there is no stock"),
    Damage("the stock of one that waits for nobody", lambda redis, order: redis.hdel(STOCK, "cable"),
           "stock of cable is not in Redis", "3 counted skus are there, and at the checkpoint there were 4"),
    Damage("the stock of one that only Redis knew", lambda redis, order: redis.hdel(STOCK, "never sold"),
           "3 counted skus are there, and at the checkpoint there were 4",
           "3 counted skus are there, and at the checkpoint there were 4"),
    Damage("how much there is of one", lambda redis, order: redis.hset(STOCK, "mouse", 77),
           "stock of mouse is 77 in Redis", "unfinished orders or stock are not those of the checkpoint", running=False),
    Damage("the type of the stock", lambda redis, order: redis.set(STOCK, "text"),
           "is not in Redis", "has taken of "),
    Damage("the list of finished orders", lambda redis, order: redis.delete(RECENT),
           "0 listed finished orders are there, and at the checkpoint there were 1",
           "0 listed finished orders are there, and at the checkpoint there were 1"),
    Damage("the checkpoint", lambda redis, order: redis.delete(CHECKPOINT),
           "Redis lists it as unfinished, the log does not", "there is no checkpoint, and orders are listed as unfinished"),
    Damage("what the checkpoint counts", lambda redis, order: redis.hdel(CHECKPOINT, "live"),
           "2 unfinished orders are there, and at the checkpoint", "2 unfinished orders are there, and at the checkpoint"),
]
each = pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)


def rebuilt(engine):
    return [line for line in engine.process.output().splitlines() if "a part of it is gone: " in line]


def assert_verified(world, tmp_path):
    done = verify(tmp_path, world.config)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def waiting(world):
    """One order of a keyboard has ended, one waits at shipping, and one of a mouse; an engine runs. The ids of the two."""
    world.redis.client.hset(STOCK, "never sold", 3)
    engine = world.running = world.engine().start()
    for sku, on_hand in (("keyboard", 10), ("mouse", 5), ("cable", 2)):
        assert engine.put_stock(sku, on_hand).status_code == 200
    engine.completed(engine.post(shop_order()).json()["orderId"])
    assert engine.stop() == 0
    engine = world.running = world.engine(WAITING).start()
    ids = [engine.post(shop_order(item=item)).json()["orderId"] for item in ("keyboard", "mouse")]
    for order_id in ids:
        engine.retrying(order_id)
    until(lambda: int(world.redis.client.hget(CHECKPOINT, "offset")) == world.records()[-1].offset, 20, "stored")
    return ids


def go_on_and_end(world, engine, ids, tmp_path):
    """With `engine` running behind the harm: one is cancelled, the other goes on with the next start."""
    keyboard, mouse = ids
    assert (engine.stock("keyboard"), engine.stock("mouse"), engine.stock("cable")) == (8, 4, 2)
    assert engine.cancel(keyboard).status_code == 202
    engine.reaches(keyboard, "cancelled")
    assert engine.stock("keyboard") == 9
    assert engine.stop() == 0
    assert_verified(world, tmp_path)
    last = world.engine().start()
    last.completed(mouse)
    assert (last.stock("keyboard"), last.stock("mouse"), last.stock("cable")) == (9, 4, 2)
    assert rebuilt(last) == []  # once is enough
    assert last.stop() == 0
    assert_verified(world, tmp_path)
    assert world.redis.client.scard(LIVE) == 0
    ways = chains(valid(world.records()))
    assert all(way[-1] == "NotificationSent" for way in ways.values()), ways


@each
def test_lost_between_two_starts_it_is_found_and_rebuilt(world, waiting, damage, tmp_path):
    assert world.running.stop() == 0
    assert_verified(world, tmp_path)
    damage.harm(world.redis.client, waiting[0])
    done = verify(tmp_path, world.config)
    assert done.returncode == 1
    assert damage.verify in done.stdout
    engine = world.engine(WAITING).start()
    [line] = rebuilt(engine)
    assert damage.start.split("{}")[-1] in line
    assert "everything is rebuilt from the beginning of the topic" in line
    go_on_and_end(world, engine, waiting, tmp_path)


@pytest.mark.parametrize("damage", [damage for damage in DAMAGES if damage.running], ids=lambda damage: damage.name)
def test_lost_while_the_engine_runs_it_begins_again(world, waiting, damage, tmp_path):
    engine = world.running
    damage.harm(world.redis.client, waiting[0])
    until(lambda: rebuilt(engine), 20, "seen and rebuilt")
    until(engine.is_ready, 20, "it serves again")
    assert "it has lost writes" in engine.process.output()
    go_on_and_end(world, engine, waiting, tmp_path)


def test_the_document_of_an_order_that_waits_for_its_mail_is_missed_when_it_is_needed(world, tmp_path):
    world.smtp.answer = lambda mail: "451 not now"
    engine = world.engine({"mail": {"retry": {"backoff": "1s", "backoff_max": "1s"}}}).start()
    order_id = engine.post(shop_order()).json()["orderId"]
    until(lambda: engine.metric("saga_mail_backlog_set_aside_total"), 20, "out of memory")
    world.redis.client.delete(ORDER(order_id))
    until(lambda: rebuilt(engine), 20, "seen and rebuilt")
    world.smtp.answer = lambda mail: "250 OK"
    until(engine.is_ready, 20, "it serves again")
    engine.completed(order_id)
    assert engine.stop() == 0
    assert_verified(world, tmp_path)


def test_the_list_of_finished_orders_stays_short_if_the_topic_is_trimmed_and_nothing_is_refused_for_it(world, waiting):
    assert world.running.stop() == 0
    admin = AdminClient({"bootstrap.servers": world.broker.bootstrap})
    for trimmed in admin.delete_records([TopicPartition(world.topic, 0, 3)]).values():
        trimmed.result(20)
    world.redis.client.delete(RECENT)
    engine = world.engine().start()
    assert "the list of finished orders is not whole: 0 listed finished orders are there" in engine.process.output()
    for order_id in waiting:
        engine.completed(order_id)
    assert sorted(engine.listed("completed")) == sorted(waiting)
    assert engine.stop() == 0
    again = world.engine().start()
    assert "not whole" not in again.process.output()
    assert sorted(again.listed("completed")) == sorted(waiting)
    assert again.stop() == 0


def test_of_a_trimmed_topic_it_cannot_be_rebuilt_and_redis_is_left_as_it_is(world, waiting):
    assert world.running.stop() == 0
    admin = AdminClient({"bootstrap.servers": world.broker.bootstrap})
    for trimmed in admin.delete_records([TopicPartition(world.topic, 0, 3)]).values():
        trimmed.result(20)
    client = world.redis.client
    client.srem(LIVE, waiting[0])
    offset = client.hget(CHECKPOINT, "offset")
    engine = world.engine().launch()
    assert engine.process.wait(60) == DO_NOT_BELONG_TOGETHER
    assert "a part of Redis is gone: 1 unfinished orders are there" in engine.process.output()
    assert "has lost what lay below offset 3" in engine.process.output()
    assert client.hget(CHECKPOINT, "offset") == offset
    client.sadd(LIVE, waiting[0])  # whoever has it can mend it
    again = world.engine().start()
    for order_id in waiting:
        again.completed(order_id)
    assert again.stop() == 0


def test_a_checkpoint_that_is_gone_while_nothing_is_under_way_doubles_nothing(world, tmp_path):
    engine = world.engine().start()
    ids = [engine.post(shop_order()).json()["orderId"] for _ in range(3)]
    for order_id in ids:
        engine.completed(order_id)
    assert engine.stop() == 0
    world.redis.client.delete(CHECKPOINT)
    assert world.engine().start().stop() == 0
    assert sorted(world.redis.client.lrange("saga:0:recent", 0, -1)) == sorted(ids)
    assert_verified(world, tmp_path)


def test_a_checkpoint_of_an_engine_that_does_not_count_is_taken_as_it_is(world, waiting, tmp_path):
    assert world.running.stop() == 0
    world.redis.client.hdel(CHECKPOINT, "live", "skus", "digest", "counted")
    assert_verified(world, tmp_path)
    engine = world.engine(WAITING).start()
    assert rebuilt(engine) == []
    go_on_and_end(world, engine, waiting, tmp_path)


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-random"])
def test_a_redis_that_evicts_what_orders_are_made_of_is_refused(world, policy):
    world.redis.client.config_set("maxmemory-policy", policy)
    engine = world.engine().launch()
    assert engine.process.wait(30) == BAD_CONFIGURATION
    assert f"maxmemory-policy is {policy}: " in engine.process.output()
    assert "Set maxmemory-policy noeviction" in engine.process.output()
