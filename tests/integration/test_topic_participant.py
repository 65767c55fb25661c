"""Work done by services that read the topic and answer on the topic of requests."""

import re
import uuid

import pytest

from harness.shop import placed, redis_value
from harness.topic import read_topic
from harness.topic_participant import TopicParticipant, producer, request, send
from harness.wait import until

CHARGED = {"payment.charge": ("PaymentConfirmed", {"reference": "pi_1", "data": {"method": "card"}})}
REFUNDED = {"payment.undo": ("PaymentRefunded", {"reference": "re_1"})}


@pytest.fixture
def by_topic(world):
    def made(**payment):
        return world.engine({"payment": {"provider": "topic", "simulate": None, **payment}})
    return made


def requests_topic(world):
    return f"{world.topic}.requests"


def counts(engine):
    return {outcome: int(value) for outcome, value in
            re.findall(r'saga_requests_total\{outcome="(\w+)"\} (\d+)', engine.get("/metrics").text)}


def service(world, answers, topic=None):
    return TopicParticipant(world.broker.bootstrap, world.topic, topic or requests_topic(world), answers)


def event(world, order_id, kind):
    return next(record for record in world.events_of(order_id) if record.type == kind)


def test_an_order_completes_by_a_request(world, by_topic):
    engine = by_topic().start()
    with service(world, CHARGED):
        order_id = placed(engine)
        engine.completed(order_id)
    asked = next(record for record in read_topic(world.broker.bootstrap, requests_topic(world)) if record.key == order_id)
    confirmed = event(world, order_id, "PaymentConfirmed").attributes
    assert confirmed["causationid"] == f"{asked.attributes['source']}#{asked.attributes['id']}"
    assert confirmed["source"] == "/saga/payment"
    assert counts(engine)["taken"] == 1
    assert engine.stop() == 0


def test_requests_on_the_topic_itself(world, by_topic):
    engine = world.engine({"payment": {"provider": "topic"}, "kafka": {"requests": world.topic}}).start()
    with service(world, CHARGED, world.topic):
        for _ in range(3):
            engine.completed(placed(engine))
    assert counts(engine)["taken"] == 3
    assert engine.stop() == 0


def test_early_late_twice_foreign_and_broken(world, by_topic):
    engine = by_topic().start()
    made, topic, order_id = producer(world.broker.bootstrap), requests_topic(world), str(uuid.uuid4())
    counted = lambda **wanted: until(lambda: all(counts(engine)[key] >= value for key, value in wanted.items()), 20,
                                     str(wanted))
    send(made, topic, b"no JSON")
    send(made, topic, request("PaymentConfirmed", order_id, 1, reference="pi_early"))
    counted(broken=1, early=1)
    assert placed(engine, orderId=order_id) == order_id
    engine.completed(order_id)
    send(made, topic, request("PaymentConfirmed", order_id, 1))
    send(made, topic, request("PaymentNotAuthorized", order_id, 1))
    send(made, topic, request("ShippingFailed", order_id, 3))
    counted(taken=1, twice=1, late=1, foreign=1)
    assert len([record for record in world.events_of(order_id) if record.type == "PaymentConfirmed"]) == 1
    assert engine.stop() == 0


def test_the_next_engine_reads_on(world, by_topic):
    engine = by_topic().start()
    with service(world, CHARGED):
        first = placed(engine)
        engine.completed(first)
    left = placed(engine)
    assert engine.stop() == 0
    until(lambda: int(redis_value(world.redis.client, "saga:0:checkpoint")["requests"]) == 1, 20, "the place is stored")
    send(producer(world.broker.bootstrap), requests_topic(world), request("PaymentConfirmed", left, 1))
    engine = by_topic().start()
    engine.completed(left)
    assert counts(engine)["taken"] == 1
    assert counts(engine)["twice"] == 0
    assert engine.stop() == 0


def test_what_is_not_answered_is_unresolved_and_undone(world, by_topic):
    engine = by_topic(answer_deadline="1s").start()
    with service(world, REFUNDED) as payment:
        order_id = placed(engine)
        order = engine.reaches(order_id, "cancelled")
        assert payment.seen == [("payment.undo", order_id)]
    assert [step["type"] for step in order["steps"]][:3] == ["OrderPlaced", "PaymentUnresolved", "PaymentRefunded"]
    assert engine.stop() == 0


def test_a_failed_shipment_is_refunded_over_the_topic(world, by_topic):
    engine = world.engine({"payment": {"provider": "topic"}, "shipping": {"simulate": {"fail_sku": "glass*"}}}).start()
    with service(world, {**CHARGED, **REFUNDED}):
        order_id = placed(engine, item="glass")
        engine.reaches(order_id, "cancelled")
    assert event(world, order_id, "PaymentRefunded").attributes["causationid"].startswith("/payment.undo#")
    assert counts(engine)["taken"] == 2
    assert engine.stop() == 0


def test_without_a_provider_over_the_topic_nothing_reads_it(world, engine):
    engine.completed(placed(engine))
    assert "saga_requests_total" not in engine.get("/metrics").text
    assert read_topic(world.broker.bootstrap, requests_topic(world)) == []


def test_payment_stock_and_shipping_moved_over(world):
    engine = world.engine({handler: {"provider": "topic"} for handler in ("payment", "inventory", "shipping")}).start()
    answers = {**CHARGED, "inventory.reserve": ("InventoryUpdated", {}),
               "shipping.ship": ("ShippingConfirmed", {"trackingNumber": "T1", "carrier": "UPS"})}
    with service(world, answers):
        order_id = placed(engine)
        engine.completed(order_id)
    assert event(world, order_id, "ShippingConfirmed").event.get_data()["carrier"] == "UPS"
    assert counts(engine)["taken"] == 3
    assert engine.stop() == 0


def test_an_engine_that_is_killed_loses_no_request(world, by_topic):
    engine = by_topic().start()
    orders = [placed(engine) for _ in range(5)]
    made = producer(world.broker.bootstrap)
    for order_id in orders[:3]:
        send(made, requests_topic(world), request("PaymentConfirmed", order_id, 1))
    engine.kill()
    for order_id in orders[3:]:
        send(made, requests_topic(world), request("PaymentConfirmed", order_id, 1))
    engine = world.engine({"payment": {"provider": "topic", "simulate": None}}, ["--takeover"]).start()
    for order_id in orders:
        engine.completed(order_id)
        assert len([record for record in world.events_of(order_id) if record.type == "PaymentConfirmed"]) == 1
    assert engine.stop() == 0


# --- Mails.

MAILED = {"notification.send": ("NotificationSent", {"reference": "mail_1"})}


@pytest.fixture
def mails_by_topic(world):
    return lambda **told: world.engine({"notification": {"provider": "topic", **told}, "mail": {"url": None, "from": None}})


def mail_events(world, order_id):
    return [record for record in world.events_of(order_id) if record.type.startswith("Notification")]


def test_a_mail_is_sent_by_a_service_and_again_when_it_is_asked_for(world, mails_by_topic):
    engine = mails_by_topic().start()
    with service(world, MAILED):
        order_id = placed(engine)
        engine.completed(order_id)
        assert engine.post({}, f"/v1/orders/{order_id}/mail").status_code == 202
        until(lambda: len(mail_events(world, order_id)) == 2, 30, "the second mail")
    first, second = [record.event.get_data() for record in mail_events(world, order_id)]
    assert first["template"] == second["template"] == "shipping-confirmation"
    assert first["reference"] == "mail_1" and "messageId" not in first and second["again"]
    causes = {record.attributes["causationid"] for record in mail_events(world, order_id)}
    assert len(causes) == 2 and all(cause.startswith("/notification.send#") for cause in causes)
    assert engine.stop() == 0


def test_what_was_said_of_the_first_mail_is_nothing_of_the_second(world, mails_by_topic):
    engine = mails_by_topic().start()
    made, topic = producer(world.broker.bootstrap), requests_topic(world)
    order_id = placed(engine)
    send(made, topic, request("NotificationSent", order_id, 4))
    engine.completed(order_id)
    assert engine.post({}, f"/v1/orders/{order_id}/mail").status_code == 202
    send(made, topic, request("NotificationSent", order_id, 4))
    until(lambda: counts(engine)["twice"] == 1, 30, "the first one's answer once more")
    assert len(mail_events(world, order_id)) == 1
    send(made, topic, request("NotificationFailed", order_id, 6, reason="no such box"))
    until(lambda: len(mail_events(world, order_id)) == 2, 30, "the second one's answer")
    failed = mail_events(world, order_id)[1].event.get_data()
    assert (failed["answer"], failed["reason"]) == ("no such box", "mail_refused")
    assert engine.stop() == 0


def test_a_mail_that_nobody_sends_has_failed_at_its_deadline(world, mails_by_topic):
    engine = mails_by_topic(answer_deadline="1s").start()
    order_id = placed(engine)
    engine.completed(order_id)
    assert [record.type for record in mail_events(world, order_id)] == ["NotificationFailed"]
    assert engine.stop() == 0


def test_mails_wait_for_their_service_over_an_engine_that_stops_and_one_that_is_killed(world, mails_by_topic):
    engine = mails_by_topic().start()
    orders = [placed(engine) for _ in range(100)]
    for order_id in orders:
        engine.reaches(order_id, "shipped")
    assert engine.stop() == 0
    engine = mails_by_topic().start()
    engine.kill()
    engine = world.engine({"notification": {"provider": "topic"}, "mail": {"url": None, "from": None}}, ["--takeover"]).start()
    with service(world, MAILED):
        for order_id in orders:
            engine.completed(order_id)
    assert all(len(mail_events(world, order_id)) == 1 for order_id in orders[:3])
    assert engine.stop() == 0
