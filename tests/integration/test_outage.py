"""Kafka or Redis away for a while."""

import signal
import threading
import uuid

import pytest
from confluent_kafka.admin import AdminClient

from harness.shop import checkpoint_offset, shop_order
from harness.topic import SAGA, chains
from harness.wait import until


@pytest.fixture
def paused(world):
    """A function that freezes the broker; it goes on with the test's end at the latest."""
    yield lambda: world.broker.process.signal(signal.SIGSTOP)
    world.broker.process.signal(signal.SIGCONT)


def test_without_redis_only_orders_with_an_outside_id_wait(engine, world):
    known = engine.completed(engine.post(shop_order()).json()["orderId"])["orderId"]
    until(lambda: checkpoint_offset(world.redis.client) == 5, 20, "all stored")
    world.redis.save()
    assert engine.away_for("redis") == 0
    world.redis.stop()
    until(lambda: engine.away_for("redis") > 0, 20, "known to be away")

    inside = [engine.post(shop_order()) for _ in range(5)]
    assert [answer.status_code for answer in inside] == [202] * 5
    for refused in (engine.post(shop_order(), Idempotency_Key="from outside"),
                    engine.post(shop_order(orderId=str(uuid.uuid4())))):
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) >= 1
    ids = [answer.json()["orderId"] for answer in inside]
    for order_id in ids:
        engine.completed(order_id)
    # What is neither in memory nor to be looked up is not said to be absent.
    assert engine.get(f"/v1/orders/{uuid.uuid4()}").status_code == 503
    assert engine.get("/livez").status_code == 200

    world.redis.start()
    until(lambda: engine.post(shop_order(), Idempotency_Key="from outside").status_code == 202, 30, "keys work again")
    assert engine.away_for("redis") == 0
    until(lambda: checkpoint_offset(world.redis.client) == world.records()[-1].offset, 30, "Redis has caught up")
    assert engine.order(known)["status"] == "completed"
    assert world.redis.client.get(f"saga:order:{ids[0]}")
    assert engine.stop() == 0


def test_frozen_redis_does_not_hold_up_orders(engine, world):
    world.redis.process.signal(signal.SIGSTOP)
    try:
        ids = [engine.post(shop_order()).json()["orderId"] for _ in range(5)]
        for order_id in ids:
            engine.completed(order_id)
        refused = engine.post(shop_order(), Idempotency_Key="from outside")
        assert refused.status_code == 503
        assert "Retry-After" in refused.headers
    finally:
        world.redis.process.signal(signal.SIGCONT)
    until(lambda: engine.post(shop_order(), Idempotency_Key="from outside").status_code == 202, 30, "keys work again")
    until(lambda: checkpoint_offset(world.redis.client) == world.records()[-1].offset, 30, "Redis has caught up")


def test_frozen_kafka_answers_outcome_unknown_and_the_order_comes_to_be(world, paused):
    engine = world.engine({"http": {"ack_deadline": "1s"}}).start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    paused()
    answer = engine.post(shop_order(), Idempotency_Key="patience")
    assert answer.status_code == 504
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    problem = answer.json()
    assert problem["type"].endswith("outcome-unknown")
    order_id = problem["orderId"]
    assert answer.headers["Location"] == f"/v1/orders/{order_id}"
    assert len(world.smtp.mails()) == 1

    # A duplicate of an order that is not acked yet waits for the same ack: no second order, no early yes.
    assert engine.post(shop_order(), Idempotency_Key="patience").status_code == 504

    world.broker.process.signal(signal.SIGCONT)
    engine.completed(order_id, 60)
    again = engine.post(shop_order(), Idempotency_Key="patience")
    assert (again.status_code, again.json()["orderId"]) == (202, order_id)
    assert chains(world.records())[order_id] == SAGA
    assert len(world.smtp.mails()) == 2


def not_ready(engine):
    """What /readyz says, once it does not say ready."""
    def said():
        answer = engine.get("/readyz")
        return answer.json()["stage"] if answer.status_code == 503 else None
    return until(said, 40, "not ready")


def test_while_kafka_takes_nothing_the_engine_is_not_ready_and_takes_nothing_either(world, paused):
    engine = world.engine({"http": {"ack_deadline": "1s"}}).start()
    assert engine.away_for("kafka") == 0
    paused()
    waits = engine.post(shop_order())
    assert waits.status_code == 504
    assert "Kafka does not acknowledge" in not_ready(engine)
    assert engine.away_for("kafka") >= 10  # since the oldest event that waits
    assert engine.get("/livez").status_code == 200
    refused = [engine.post(shop_order()), engine.post(shop_order(orderId=str(uuid.uuid4())))]
    assert [answer.status_code for answer in refused] == [503, 503]
    assert all(answer.json()["type"] == "/problems/not-taken" and int(answer.headers["Retry-After"]) >= 1 for answer in refused)

    world.broker.process.signal(signal.SIGCONT)
    until(engine.is_ready, 60, "ready again")
    assert engine.away_for("kafka") == 0
    order_id = engine.post(shop_order()).json()["orderId"]
    for taken in (order_id, waits.json()["orderId"]):
        engine.completed(taken, 60)
    assert set(chains(world.records())) == {order_id, waits.json()["orderId"]}
    assert engine.stop() == 0


def test_a_topic_deleted_under_a_running_engine_is_told_of_and_no_order_is_taken(world):
    engine = world.engine({"http": {"ack_deadline": "1s", "drain_deadline": "1s"}}).start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    admin = AdminClient({"bootstrap.servers": world.broker.bootstrap})
    admin.delete_topics([world.topic])[world.topic].result(20)
    assert f"the topic {world.topic} is gone" in not_ready(engine)
    # The first ones are taken, for nobody knows yet that nothing comes back.
    answers = []
    until(lambda: answers.append(engine.post(shop_order())) or answers[-1].status_code != 504, 60, "refused")
    assert answers[-1].status_code == 503
    assert "Retry-After" in answers[-1].headers
    assert not engine.is_ready()


def test_nothing_is_released_before_its_ack(world, paused):
    """With the broker frozen: no answer, no mail, no view, no stream event, nothing in Redis."""
    engine = world.engine({"http": {"ack_deadline": "3s"}}).start()
    paused()
    order_id = str(uuid.uuid4())
    answers = []
    poster = threading.Thread(target=lambda: answers.append(engine.post(shop_order(orderId=order_id))))
    poster.start()
    poster.join(30)
    assert [answer.status_code for answer in answers] == [504]
    shown = engine.get(f"/v1/orders/{order_id}")
    assert shown.status_code in (404, 503), shown.text
    assert world.smtp.mails() == []
    assert world.redis.client.get(f"saga:order:{order_id}") is None
    world.broker.process.signal(signal.SIGCONT)
    engine.completed(order_id, 60)
    assert len(world.smtp.mails()) == 1


def test_drain_waits_for_a_frozen_kafka(world, paused):
    engine = world.engine({"http": {"ack_deadline": "1s", "drain_deadline": "60s"}}).start()
    paused()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.terminate()
    world.broker.process.signal(signal.SIGCONT)
    assert engine.process.wait(60) == 0
    assert chains(world.records()) == {order_id: SAGA}
    assert len(world.smtp.mails()) == 1


def test_frozen_kafka_leaves_a_cancel_and_a_level_unknown_until_it_goes_on(world, paused):
    engine = world.engine({"http": {"ack_deadline": "1s"}, "shipping": {"simulate": {"latency": "1h"}}}).start()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.reaches(order_id, "reserved")
    paused()
    answer = engine.cancel(order_id)
    assert answer.status_code == 504, answer.text
    assert answer.json()["type"] == "/problems/outcome-unknown"
    assert answer.json()["orderId"] == order_id
    assert answer.headers["Location"] == f"/v1/orders/{order_id}"
    level = engine.put_stock("keyboard", 5)
    assert level.status_code == 504, level.text
    assert engine.order(order_id)["status"] == "reserved"  # what is not acked is not shown
    assert engine.stock("keyboard") is None

    world.broker.process.signal(signal.SIGCONT)
    assert engine.reaches(order_id, "cancelled", 60)["reason"] == "customer_request"
    until(lambda: engine.stock("keyboard") == 5, 60, "the level is there")
    assert engine.stop() == 0
