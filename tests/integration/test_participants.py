"""Orders whose work is done outside, over HTTP: the real engine, a broker, Redis, and participants that answer, refuse, hang, go away."""

import threading

import pytest

from harness.reference import DECLINED, Service
from harness.scripted import CUT, QUICK, scripted
from harness.shop import placed, types
from harness.stripe import Stripe
from harness.wait import until

payment = pytest.fixture(scripted, name="payment")
shipping = pytest.fixture(scripted, name="shipping")
telling = pytest.fixture(scripted, name="telling")


@pytest.fixture
def gate():
    """What hangs until a test opens it, and at the latest at its end."""
    opened = threading.Event()
    yield opened
    opened.set()


def paid_by(participant, retry=None, **settings):
    return {"payment": {**participant.settings, "retry": {**QUICK, **(retry or {})}, **settings}}


def test_an_order_is_paid_and_shipped_outside(world, payment, shipping):
    engine = world.engine({**paid_by(payment), "shipping": shipping.settings}).start()
    order_id = placed(engine, payment={"token": "tok_1"})
    order = engine.completed(order_id)
    assert types(order) == ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingConfirmed", "NotificationSent"]
    assert (order["paymentReference"], order["trackingNumber"], order["carrier"]) == ("pi_1", "T1", "Post")
    charge, ship = payment.of(order_id)[0], shipping.of(order_id)[0]
    assert [call.key for call in payment.calls + shipping.calls] == [f"{order_id}.payment.charge", f"{order_id}.shipping.ship"]
    assert charge.attempt == 1
    event = charge.event
    assert (event["type"], event["id"], "seq" in event) == ("OrderPlaced", f"{order_id}.1", False)
    assert (event["data"]["capture"], event["data"]["order"]["payment"]) == ("now", {"token": "tok_1"})
    assert ship.event["data"]["order"]["orderId"] == order_id
    paid = next(record.event for record in world.events_of(order_id) if record.event.get_type() == "PaymentConfirmed")
    assert paid.get_data()["reference"] == "pi_1"
    assert engine.stop() == 0


def test_the_last_call_of_each_turn_is_shown_while_the_order_is_in_memory(world, payment, shipping, telling):
    def script(call):
        return (503, {"error": "full"}, {"Retry-After": "1"}) if call.attempt == 1 else call.done()
    payment.script = script
    shipping.script = lambda call: (202, {}) if call.attempt == 1 else script(call)
    engine = world.engine({**paid_by(payment, {"attempts": 1000}), "shipping": {**shipping.settings, "retry": QUICK},
                           **told_by(telling)}).start()
    order_id = placed(engine)
    first = until(lambda: engine.order(order_id).get("calls"), 30, "the first call has ended")
    assert (first[0]["turn"], first[0]["answer"][:4]) == ("payment.charge", "503:") or first[0]["attempts"] == 2
    order = engine.completed(order_id)
    told = f"{order_id}.notification.send.shipping-confirmation"
    assert [{name: value for name, value in call.items() if name != "at"} for call in order["calls"]] == [
        {"handler": "payment", "turn": "payment.charge", "key": f"{order_id}.payment.charge", "attempts": 2, "answer": "PaymentConfirmed"},
        {"handler": "shipping", "turn": "shipping.ship", "key": f"{order_id}.shipping.ship", "attempts": 2, "answer": "ShippingConfirmed"},
        {"handler": "notification", "turn": "notification.send", "key": told, "attempts": 1, "answer": "NotificationSent"}]
    steps = {step["type"]: step["at"] for step in order["steps"]}
    assert [call["at"] <= steps[call["answer"]] for call in order["calls"]] == [True] * 3
    assert [one["calls"] for one in engine.get("/v1/orders").json()["data"]] == [order["calls"]]
    assert engine.stop() == 0
    engine.start()
    assert "calls" not in engine.order(order_id)


def test_a_call_that_came_to_nothing_is_shown_of_a_parked_order_and_what_a_person_says_is_none(world, payment):
    payment.script = lambda call: (500, {"error": "no ledger"}) if call.turn == "payment.undo" else call.done()
    engine = world.engine({**paid_by(payment, {"deadline": "300ms"}), "shipping": {"simulate": {"fail_sku": "vase"}}}).start()
    order_id = placed(engine, item="vase")
    undo = engine.reaches(order_id, "parked")["calls"][-1]
    assert (undo["turn"], undo["answer"]) == ("payment.undo", '500: {"error": "no ledger"}')
    settled = engine.post({"type": "PaymentRefunded", "reference": "bank transfer 77"}, path=f"/v1/orders/{order_id}/answers")
    assert settled.status_code == 202, settled.text
    assert engine.reaches(order_id, "cancelled")["calls"][-1] == undo


def test_a_declined_payment_cancels_the_order(world, payment):
    payment.script = lambda call: (200, {"type": "PaymentNotAuthorized", "reason": "no funds"})
    engine = world.engine(paid_by(payment)).start()
    order = engine.reaches(placed(engine), "cancelled")
    assert order["reason"] == "payment_declined"
    assert types(order)[:3] == ["OrderPlaced", "PaymentNotAuthorized", "OrderCancelled"]
    assert [call.turn for call in payment.calls] == ["payment.charge"]


def test_cancelled_while_the_participant_hangs_it_is_undone_by_its_key(world, payment, gate):
    def hang(call):
        if call.turn == "payment.charge":
            gate.wait(120)
        return call.done()
    payment.script = hang
    engine = world.engine(paid_by(payment)).start()
    order_id = placed(engine)
    payment.called(order_id, "payment.charge")
    assert engine.cancel(order_id).status_code == 202
    order = engine.reaches(order_id, "cancelled")
    assert types(order)[:4] == ["OrderPlaced", "PaymentUnresolved", "PaymentRefunded", "OrderCancelled"]
    assert order["reason"] == "customer_request"
    undo = payment.of(order_id, "payment.undo")[0]
    assert (undo.key, undo.event["data"]["undoes"]) == (f"{order_id}.payment.undo", f"{order_id}.payment.charge")


def test_one_that_is_down_is_waited_for_and_nobody_else_is(world, payment):
    payment.down()
    engine = world.engine(paid_by(payment, {"attempts": 1000})).start()
    waits = placed(engine)
    until(lambda: "payment does not answer" in engine.get("/readyz").text, 30, "/readyz names it")
    assert engine.get("/readyz").status_code == 200
    free = placed(engine, amount=0)  # nobody is asked to pay
    engine.completed(free)
    assert engine.order(waits)["status"] == "placed"
    payment.up()
    engine.completed(waits)
    assert len(payment.of(waits, "payment.charge")) == 1
    until(lambda: "does not answer" not in engine.get("/readyz").text, 30, "/readyz no longer names it")


def test_one_that_was_never_reached_is_given_up_and_not_undone(world, payment):
    payment.down()
    engine = world.engine(paid_by(payment, {"attempts": 2})).start()
    order = engine.reaches(placed(engine), "cancelled")
    assert order["reason"] == "unavailable"
    assert types(order)[1] == "PaymentNotAuthorized"


def test_not_now_is_heard_and_asked_again_with_the_same_key(world, payment):
    payment.script = lambda call: (503, {}, {"Retry-After": "1"}) if len(payment.calls) == 1 else call.done()
    engine = world.engine(paid_by(payment, {"attempts": 1})).start()  # it counts as none
    order_id = placed(engine)
    engine.completed(order_id)
    first, second = payment.calls
    assert (first.key, first.body, first.attempt, second.attempt) == (second.key, second.body, 1, 2)


def test_later_is_asked_again_until_it_is_decided(world, payment):
    payment.script = lambda call: (202, {}) if len(payment.calls) < 4 else call.done()
    engine = world.engine(paid_by(payment, {"attempts": 1})).start()
    order_id = placed(engine)
    engine.completed(order_id)
    assert len({(call.key, call.body) for call in payment.calls}) == 1
    assert len(payment.calls) == 4


def test_cut_off_behind_the_effect_it_is_asked_again_with_the_same_key(world, payment):
    payment.script = lambda call: CUT if len(payment.calls) == 1 else call.done()
    engine = world.engine(paid_by(payment)).start()
    order_id = placed(engine)
    order = engine.completed(order_id)
    assert "PaymentUnresolved" not in types(order)
    assert len({(call.key, call.body) for call in payment.calls}) == 1
    assert len(payment.calls) == 2


def test_attempts_that_were_sent_and_never_answered_are_undone(world, payment):
    payment.script = lambda call: CUT if call.turn == "payment.charge" else call.done()
    engine = world.engine(paid_by(payment, {"attempts": 2})).start()
    order_id = placed(engine)
    order = engine.reaches(order_id, "cancelled")
    assert types(order)[:4] == ["OrderPlaced", "PaymentUnresolved", "PaymentRefunded", "OrderCancelled"]
    assert order["reason"] == "unresolved"
    assert payment.of(order_id, "payment.undo")[0].event["data"]["undoes"] == f"{order_id}.payment.charge"


def test_killed_during_a_call_the_next_start_asks_with_the_same_key_and_bytes(world, payment, gate):
    def hang(call):
        if len(payment.calls) == 1:
            gate.wait(120)
        return call.done()
    payment.script = hang
    engine = world.engine(paid_by(payment)).start()
    order_id = placed(engine)
    payment.called(order_id, "payment.charge")
    engine.kill()
    engine.start()
    engine.completed(order_id)
    first, second = payment.of(order_id, "payment.charge")
    assert (first.key, first.body) == (second.key, second.body)


def test_a_drain_does_not_wait_for_one_that_hangs(world, payment, gate):
    def hang(call):
        if len(payment.calls) == 1:
            gate.wait(120)
        return call.done()
    payment.script = hang
    engine = world.engine(paid_by(payment)).start()
    order_id = placed(engine)
    payment.called(order_id, "payment.charge")
    assert engine.stop() == 0
    engine.start()
    engine.completed(order_id)
    assert len({(call.key, call.body) for call in payment.of(order_id)}) == 1


def test_the_money_is_taken_with_the_shipment(world, payment, shipping):
    engine = world.engine({**paid_by(payment, capture="with_shipment"), "shipping": shipping.settings}).start()
    order_id = placed(engine)
    order = engine.completed(order_id)
    assert types(order) == ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingConfirmed", "PaymentCaptured",
                            "NotificationSent"]
    charge, capture = payment.of(order_id)
    assert charge.event["data"].get("capture") == "later"
    assert (capture.key, capture.event["type"]) == (f"{order_id}.payment.capture", "ShippingConfirmed")


def told_by(participant):
    return {"notification": participant.settings, "mail": {"url": None, "from": None, "retry": {**QUICK}}}


def test_the_customer_is_told_outside(world, telling):
    telling.script = lambda call: (500, {}) if len(telling.calls) == 1 else call.done()
    engine = world.engine(told_by(telling)).start()
    order_id = placed(engine)
    assert types(engine.completed(order_id))[-1] == "NotificationSent"
    key = f"{order_id}.notification.send.shipping-confirmation"
    assert [call.key for call in telling.calls] == [key, key]
    assert len({call.body for call in telling.calls}) == 1
    assert engine.mail_again(order_id).status_code == 202
    again = until(lambda: telling.of(order_id)[2:], 30, "the mail that was asked for")[0]
    assert again.key == f"{key}.6"
    sent = next(record.event for record in world.events_of(order_id) if record.event.get_type() == "NotificationSent")
    assert sent.get_data() == {"orderId": order_id, "template": "shipping-confirmation"}


def test_a_mail_that_is_refused_outside_ends_the_order(world, telling):
    telling.script = lambda call: (200, {"type": "NotificationFailed", "reason": "no such box"})
    engine = world.engine(told_by(telling)).start()
    order = engine.completed(placed(engine))
    assert (order["steps"][-1]["type"], order["steps"][-1]["answer"]) == ("NotificationFailed", "no such box")


def test_who_tells_the_customer_is_waited_for(world, telling):
    telling.down()
    engine = world.engine(told_by(telling)).start()
    order_id = placed(engine)
    engine.reaches(order_id, "shipped")
    until(lambda: "notification does not answer" in engine.get("/readyz").text, 30, "/readyz names it")
    telling.up()
    engine.completed(order_id)
    assert engine.stop() == 0


def test_the_participants_to_copy_do_the_work(world, payment, tmp_path, logs):
    """docker/participants: Stripe's own SDK against localstripe, and the carrier."""
    stripe = Stripe(logs / "localstripe.log")
    pays = Service("payment", tmp_path / "payment", logs / "payment.log", {"STRIPE_KEY": "sk_test_1", "STRIPE_URL": stripe.url}).start()
    ships = Service("carrier", tmp_path / "carrier", logs / "carrier.log", {"LABELS": str(tmp_path / "labels")}).start()
    try:
        engine = world.engine({"payment": {**payment.settings, "url": pays.url, "capture": "with_shipment"},
                               "shipping": {**payment.settings, "url": ships.url}}).start()
        address = {"name": "Ada Lovelace", "city": "London"}
        order = engine.completed(placed(engine, payment={"payment_method": stripe.card()}, shipping=address), 60)
        intent = stripe.ask("GET", f"/v1/payment_intents/{order['paymentReference']}")
        assert (intent["status"], intent["amount"]) == ("succeeded", 4999)
        assert (tmp_path / "labels" / f"{order['trackingNumber']}.txt").is_file()
        declined = engine.reaches(placed(engine, payment={"payment_method": stripe.card(DECLINED)}, shipping=address), "cancelled", 60)
        assert declined["reason"] == "payment_declined"
        nowhere = engine.reaches(placed(engine, payment={"payment_method": stripe.card()}), "cancelled", 60)
        assert nowhere["reason"] == "shipping_failed"
        intents = {each["metadata"]["order"]: each["status"] for each in stripe.intents() if "order" in each["metadata"]}
        assert intents[nowhere["orderId"]] == "canceled"
    finally:
        for service in (pays, ships):
            service.process.stop()
        stripe.stop()
