"""The topic trimmed by retention behind what Redis has: nothing is missing, and everything goes on."""

from confluent_kafka import Producer

from harness.engine import verify
from harness.shop import checkpoint_offset, shop_order
from harness.wait import until


def stranger(world):
    producer = Producer({"bootstrap.servers": world.broker.bootstrap})
    producer.produce(world.topic, b"hello", partition=0)
    assert producer.flush(20) == 0


def all_trimmed(world):
    """What there is, once Redis has it."""
    end = world.records()[-1].offset + 1
    until(lambda: checkpoint_offset(world.redis.client) == end - 1, 20, "stored")
    world.trim(end)
    assert world.records() == []
    return end


def ordered(engine):
    answer = engine.post(shop_order())
    assert answer.status_code == 202, answer.text
    engine.completed(answer.json()["orderId"])


def assert_verified(world, folder):
    done = verify(folder, world.config)
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_trimmed_and_then_a_strangers_record_it_goes_on(world, tmp_path):
    engine = world.engine().start()
    ordered(engine)
    end = all_trimmed(world)
    stranger(world)
    ordered(engine)
    assert engine.metric("saga_log_read_backs_total") == 1
    assert world.records()[1].offset == end + 1
    assert engine.stop() == 0
    assert_verified(world, tmp_path)
    again = world.engine().start()
    ordered(again)
    assert again.stop() == 0


def test_a_strangers_record_trimmed_unread_it_goes_on(world, tmp_path):
    engine = world.engine().start()
    ordered(engine)
    end = all_trimmed(world)
    stranger(world)
    world.trim(end + 1)
    ordered(engine)
    assert engine.metric("saga_log_read_backs_total") == 1
    assert engine.stop() == 0
    assert_verified(world, tmp_path)


def test_everything_trimmed_between_two_starts_it_goes_on_and_says_so(world, tmp_path):
    engine = world.engine().start()
    ordered(engine)
    assert engine.stop() == 0
    all_trimmed(world)
    assert_verified(world, tmp_path)
    again = world.engine().start()
    assert "was trimmed right behind the checkpoint: nothing is missing" in again.process.output()
    ordered(again)
    assert again.stop() == 0
    assert_verified(world, tmp_path)
