"""A topic that has more partitions than the one the engine needs: raised under it, or somebody else's."""

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic

from harness.shop import shop_order
from harness.topic import read_topic
from harness.wait import until

DO_NOT_BELONG_TOGETHER = 65
SAYS = "has 3 partitions: the engine writes to partition 0"


@pytest.fixture
def admin(world):
    return AdminClient({"bootstrap.servers": world.broker.bootstrap})


def ordered(engine):
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.completed(order_id)
    return order_id


@pytest.mark.parametrize("redis_keeps", [True, False])
def test_a_topic_raised_under_a_running_engine_is_told_of_at_once_and_gone_on_with(world, admin, redis_keeps):
    engine = world.engine().start()
    orders = [ordered(engine)]
    admin.create_partitions([NewPartitions(world.topic, 3)])[world.topic].result(20)
    until(lambda: SAYS in engine.process.output(), 30, "it is told of")
    orders += [ordered(engine) for _ in range(8)]  # their keys would lie on all of them
    assert engine.stop() == 0
    if not redis_keeps:
        world.redis.client.flushall()

    again = world.engine().start()
    assert SAYS in again.process.output()
    assert all(again.order(order_id)["status"] == "completed" for order_id in orders)
    ordered(again)
    assert again.stop() == 0
    assert [read_topic(world.broker.bootstrap, world.topic, other) for other in (1, 2)] == [[], []]


@pytest.mark.parametrize("foreign", [[], [b"hello"]], ids=["empty", "with records"])
def test_a_topic_of_several_partitions_and_nothing_of_ours_is_refused(world, admin, foreign):
    admin.create_topics([NewTopic(world.topic, 3, 1)])[world.topic].result(20)
    producer = Producer({"bootstrap.servers": world.broker.bootstrap})
    for value in foreign:
        producer.produce(world.topic, value, partition=0)
    producer.flush(20)
    engine = world.engine().launch()
    assert engine.process.wait(60) == DO_NOT_BELONG_TOGETHER
    assert SAYS in engine.process.output()
    assert "name another topic in kafka.topic" in engine.process.output()
    assert len(read_topic(world.broker.bootstrap, world.topic)) == len(foreign)
