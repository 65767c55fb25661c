"""As many orders as an engine may hold wait for a service that has not answered yet: they cost the others nothing but their
place, and none of them is lost with the engine.

60 000 of the 65 536 that [orders] live lets in, so that the others still have room."""

from harness.engine import verify
from harness.load import orders, placed_many
from harness.shop import placed
from harness.topic_participant import TopicParticipant, produce, producer, request
from harness.wait import until

WAITING = 60_000
CHARGED = {"payment.charge": ("PaymentConfirmed", {"reference": "pi_1"})}
PAYMENT = {"payment": {"provider": "topic"}, "mail": {"url": "discard:"}}


def others_go_through(engine):
    for order_id in [placed(engine) for _ in range(20)]:
        engine.completed(order_id, 60)


def still_wait(engine, ids):
    until(lambda: engine.metric("saga_orders_resting") == len(ids), 60, f"{len(ids)} orders wait")
    assert {(order["status"], order["waiting"]["handler"]) for order in orders(engine, ids)} == {("placed", "payment")}


def test_orders_that_wait_hold_up_nobody_and_outlive_the_engine(world):
    engine = world.engine(PAYMENT).start()
    requests = f"{world.topic}.requests"
    with TopicParticipant(world.broker.bootstrap, world.topic, requests, CHARGED, silent_on="waits"):
        ids = placed_many(engine, WAITING, item="waits")
        others_go_through(engine)
        still_wait(engine, ids)
        engine.kill()
        engine = world.engine(PAYMENT, ["--takeover"]).start()
        still_wait(engine, ids)
        others_go_through(engine)
    made = producer(world.broker.bootstrap)
    for order_id in ids:
        produce(made, requests, request("PaymentConfirmed", order_id, 1, reference="pi_late"))
    assert made.flush(60) == 0
    until(lambda: engine.metric("saga_orders_live") == 0, 300, "the orders that waited have ended")
    assert {order["status"] for order in orders(engine, ids)} == {"completed"}
    assert engine.stop() == 0
    checked = verify(engine.folder, engine.config)
    assert checked.returncode == 0, checked.stdout + checked.stderr
