"""Every class of answer, end to end, and an engine that is killed at each point of a call: before it, under way, answered and not
yet written down, written down."""

import signal

import pytest

from harness.scripted import QUICK, scripted
from harness.shop import placed, shop_order, types
from harness.wait import until

TAKEOVER = ["--takeover"]  # it does not wait until the lease of the killed one has run out


payment = pytest.fixture(scripted, name="payment")


def paid_by(payment, attempts=1000, **settings):
    return {"payment": {**payment.settings, "simulate": None, "retry": {**QUICK, "attempts": attempts}, **settings}}


def confirmed(world, order_id):
    return [record for record in world.events_of(order_id) if record.type == "PaymentConfirmed"]


SOON = {"Retry-After": "1"}
DONE = {"type": "PaymentConfirmed", "reference": "pi_1"}
CLASSES = {  # the first answer -> whether it counts as an attempt; silence and cuts: test_participants.py
    "202": ((202, {}, SOON), False), "409": ((409, {}, SOON), False), "425": ((425, {}, SOON), False), "429": ((429, {}, SOON), False),
    "503": ((503, {}, SOON), False), "401": ((401, {"error": "signature"}), True), "422": ((422, {}), True),
    "307": ((307, {}, {"Location": "/elsewhere"}), True), "500": ((500, {}), True), "502": ((502, DONE), True),
    "200 of another turn": ((200, {"type": "ShippingConfirmed", "trackingNumber": "T1"}), True),
    "200 that says nothing": ((200, {}), True), "200 with more than there may be": ((200, {**DONE, "data": {"x": "y" * 5000}}), True),
}


@pytest.mark.parametrize("attempts", [1000, 1])
def test_every_class_of_answer(world, payment, attempts):
    """With attempts left each is asked again with the same key and bytes; without, what was sent and not answered is undone."""
    first = {}

    def script(call):
        said = first.pop(call.order_id, None) if call.turn == "payment.charge" else None
        return said or call.done()
    payment.script = script
    engine = world.engine(paid_by(payment, attempts)).start()
    orders = {}
    for name, (answer, _) in CLASSES.items():  # one behind the other: who answers 422 counts as away for a moment
        order_id = orders[name] = f"0190aaaa-0000-7000-8000-{len(orders):012}"
        first[order_id] = answer
        assert engine.post(shop_order(orderId=order_id)).status_code == 202
        engine.reaches(order_id, "cancelled" if attempts == 1 and CLASSES[name][1] else "completed", 30)
    for name, order_id in orders.items():
        charges = payment.of(order_id, "payment.charge")
        if attempts == 1 and CLASSES[name][1]:
            order = engine.order(order_id)
            assert (order["reason"], types(order)[1:3]) == ("unresolved", ["PaymentUnresolved", "PaymentRefunded"]), name
            assert payment.of(order_id, "payment.undo")[0].event["data"]["undoes"] == charges[0].key, name
        else:
            assert [call.attempt for call in charges] == [1, 2], name
            assert len({(call.key, call.body) for call in charges}) == 1, name
    told = engine.log.read_text()
    assert '401' in told and "ours to mend" in told
    assert engine.stop() == 0


def test_killed_before_the_call_it_is_made_by_the_next_engine(world, payment):
    payment.down()
    engine = world.engine(paid_by(payment)).start()
    order_id = placed(engine)
    until(lambda: "payment does not answer" in engine.get("/readyz").text, 30, "/readyz names it")
    engine.kill()
    payment.up()
    engine = world.engine(paid_by(payment), TAKEOVER).start()
    assert "PaymentUnresolved" not in types(engine.completed(order_id))
    assert len(payment.of(order_id)) == len(confirmed(world, order_id)) == 1


def test_killed_with_an_answer_that_is_not_written_down_it_asks_again_under_the_same_key(world, payment):
    def script(call):
        if len(payment.calls) == 1:
            world.broker.process.signal(signal.SIGSTOP)  # from now on nothing is acknowledged
        return call.done()
    payment.script = script
    engine = world.engine(paid_by(payment)).start()
    try:
        order_id = placed(engine)
        until(lambda: engine.metric("saga_participant_reach_total"), 30, "the answer is there")
        engine.kill()
    finally:
        world.broker.process.signal(signal.SIGCONT)
    engine = world.engine(paid_by(payment), TAKEOVER).start()
    assert "PaymentUnresolved" not in types(engine.completed(order_id))
    assert len({(call.key, call.body) for call in payment.calls}) == 1
    assert len(confirmed(world, order_id)) == 1


def test_killed_when_the_answer_is_written_down_it_does_not_ask_again(world, payment):
    engine = world.engine({**paid_by(payment), "shipping": {"simulate": {"latency": "1h"}}}).start()
    order_id = placed(engine)
    engine.reaches(order_id, "reserved")
    engine.kill()
    world.engine(paid_by(payment), TAKEOVER).start().completed(order_id)
    assert len(payment.calls) == len(confirmed(world, order_id)) == 1
