"""The whole saga from outside: cancelled at every point, tried again, given up, parked and sent on; and stock."""

import json
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.shop import placed, shop_order
from harness.topic import SAGA

HOURS = {"attempts": 1000, "backoff": "1h", "backoff_max": "1h", "deadline": "24h"}
AT_ONCE = {"attempts": 1000, "backoff": "1ms", "backoff_max": "2ms", "deadline": "10m"}

CANCELLED_PLACED = ["OrderPlaced", "OrderCancelRequested", "OrderCancelled", "NotificationSent"]
CANCELLED_RESERVED = ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "OrderCancelRequested", "InventoryReleased",
                      "PaymentRefunded", "OrderCancelled", "NotificationSent"]
DECLINED = ["OrderPlaced", "PaymentNotAuthorized", "OrderCancelled", "NotificationSent"]
NOT_SHIPPED = ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingFailed", "InventoryReleased",
               "PaymentRefunded", "OrderCancelled", "NotificationSent"]
PARKED = [*NOT_SHIPPED[:5], "OrderParked"]


def order_number(number):
    """The simulated providers' luck follows from the id, so the same ids have the same luck in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"saga/{number}"))


def events_of(world, order_id):
    return [json.loads(record.value) for record in world.events_of(order_id)]


def types_of(world, order_id):
    return [event["type"] for event in events_of(world, order_id)]


def check_undone(world, order_id, types, reason):
    """Its chain, the money back as it was taken, one mail."""
    events = events_of(world, order_id)
    assert [event["type"] for event in events] == types
    assert [event["id"] for event in events] == [f"{order_id}.{step}" for step in range(1, len(events) + 1)]
    data = {event["type"]: event["data"] for event in events}
    assert data["OrderCancelled"]["reason"] == reason
    assert data["NotificationSent"]["template"] == "order-cancelled"
    if "PaymentConfirmed" in data:
        assert data["PaymentRefunded"]["amountMinor"] == data["PaymentConfirmed"]["amountMinor"]
        assert data["PaymentRefunded"]["reference"] != data["PaymentConfirmed"]["reference"]
    mails = [mail.message_id for mail in world.smtp.mails() if order_id in mail.message_id]
    assert mails == [f"<order-cancelled.{order_id}@example.com>"]


CANCEL_POINTS = {
    "payment takes its time": ({"payment": {"simulate": {"latency": "1h"}}}, "placed", None, CANCELLED_PLACED),
    "payment waits for another attempt": (
        {"payment": {"simulate": {"transient_rate": 1.0}, "retry": HOURS}}, "placed", "payment", CANCELLED_PLACED),
    "shipping takes its time": ({"shipping": {"simulate": {"latency": "1h"}}}, "reserved", None, CANCELLED_RESERVED),
    "shipping waits for another attempt": (
        {"shipping": {"simulate": {"transient_rate": 1.0}, "retry": HOURS}}, "reserved", "shipping", CANCELLED_RESERVED)}


@pytest.mark.parametrize("changes, status, retried_by, types", CANCEL_POINTS.values(), ids=CANCEL_POINTS)
def test_an_order_is_cancelled_wherever_it_waits(world, changes, status, retried_by, types):
    engine = world.engine(changes).start()
    assert engine.put_stock("keyboard", 7).status_code == 200
    order_id = placed(engine)
    engine.reaches(order_id, status)
    if retried_by:
        retrying = engine.retrying(order_id)
        assert (retrying["handler"], retrying["attempts"], retrying["of"]) == (retried_by, 1, 1000)
        assert retrying["nextAttempt"] > engine.order(order_id)["steps"][-1]["at"]
        assert engine.listed("retrying") == [order_id]
    if status == "reserved":
        assert engine.stock("keyboard") == 6
    answer = engine.cancel(order_id)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/orders/{order_id}"
    assert answer.json()["orderId"] == order_id
    assert answer.json()["status"] in ("releasing", "refunding", "cancelling", "cancelled")
    order = engine.reaches(order_id, "cancelled")
    assert order["reason"] == "customer_request"
    assert "retrying" not in order
    assert engine.listed("retrying") == []

    assert engine.cancel(order_id).status_code == 202  # again: nothing new
    check_undone(world, order_id, types, "customer_request")
    assert engine.stock("keyboard") == 7
    assert engine.stop() == 0
    assert world.redis.client.hget("saga:0:stock", "keyboard") == "7"


def test_what_is_shipped_is_not_cancelled(world):
    world.smtp.answer = lambda mail: "451 not now"
    engine = world.engine({"mail": {"retry": {"backoff": "50ms", "backoff_max": "50ms", "deadline": "1h"}}}).start()
    order_id = placed(engine)
    engine.reaches(order_id, "shipped")
    answer = engine.cancel(order_id)
    assert answer.status_code == 409, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    assert answer.json()["type"] == "/problems/already-shipped"
    world.smtp.answer = lambda mail: "250 OK"
    engine.completed(order_id)
    assert engine.cancel(order_id).status_code == 409
    assert types_of(world, order_id) == SAGA


def test_a_cancel_of_an_order_that_only_redis_knows(world):
    first = world.engine({"shipping": {"simulate": {"latency": "1h"}}}).start()
    cancelled = placed(first)
    assert first.cancel(cancelled).status_code == 202
    first.reaches(cancelled, "cancelled")
    assert first.stop() == 0
    second = world.engine().start()
    completed = second.post(shop_order(), Prefer="wait=20").json()["orderId"]
    assert second.stop() == 0
    third = world.engine().start()
    assert third.cancel(cancelled).status_code == 202
    assert third.cancel(completed).status_code == 409
    assert third.retry(completed).status_code == 409
    assert third.cancel(uuid.uuid4()).status_code == 404
    assert third.cancel("no-id").status_code == 404
    assert third.retry(uuid.uuid4()).status_code == 404
    assert types_of(world, cancelled).count("OrderCancelRequested") == 1


def test_a_cancel_and_a_shipment_never_both_win(world):
    """Cancels race orders that nothing slows down: whatever each meets, its answer and the topic agree."""
    engine = world.engine({"shipping": {"simulate": {"latency": "2ms"}}}).start()
    assert engine.put_stock("keyboard", 1000).status_code == 200

    def place_and_cancel(number):
        order_id = order_number(number)
        with ThreadPoolExecutor(1) as beside:
            placing = beside.submit(engine.post, shop_order(orderId=order_id))
            answer = engine.cancel(order_id)
            while answer.status_code == 404:  # not taken yet
                answer = engine.cancel(order_id)
            assert placing.result().status_code == 202
        return order_id, answer.status_code

    with ThreadPoolExecutor(8) as clients:
        answers = dict(clients.map(place_and_cancel, range(200)))
    assert set(answers.values()) <= {202, 409}
    for order_id, answer in answers.items():
        engine.reaches(order_id, "cancelled" if answer == 202 else "completed")
    chains = {}
    for record in world.records():
        chains.setdefault(record.key, []).append(record.type)
    for order_id, answer in answers.items():
        assert ("ShippingConfirmed" in chains[order_id]) == (answer == 409), chains[order_id]
        assert chains[order_id].count("OrderCancelRequested") == (answer == 202), chains[order_id]
    completed = sum(answer == 409 for answer in answers.values())
    assert engine.stock("keyboard") == 1000 - completed
    assert engine.stop() == 0


def test_steps_that_fail_for_a_while_are_tried_again(world):
    engine = world.engine({"retry": AT_ONCE, "payment": {"simulate": {"transient_rate": 0.5}},
                           "shipping": {"simulate": {"transient_rate": 0.5}}}).start()
    orders = [placed(engine, orderId=order_number(number)) for number in range(20)]
    for order_id in orders:
        engine.completed(order_id)
    chains = {order_id: types_of(world, order_id) for order_id in orders}
    assert list(chains.values()) == [SAGA] * 20
    assert engine.metric("saga_retries_total") > 0
    assert len(world.smtp.mails()) == 20
    assert engine.stop() == 0


SPENT = {"attempts": 3, "backoff": "1ms", "backoff_max": "2ms"}


@pytest.mark.parametrize("changes, reason, types", [
    ({"payment": {"simulate": {"transient_rate": 1.0}, "retry": SPENT}}, "unavailable", DECLINED),
    ({"shipping": {"simulate": {"transient_rate": 1.0}, "retry": SPENT}}, "unavailable", NOT_SHIPPED),
    ({"payment": {"simulate": {"transient_rate": 1.0}}, "retry": {**HOURS, "deadline": "1s"}}, "deadline", DECLINED),
    ({"payment": {"simulate": {"transient_rate": 1.0}}, "retry": HOURS, "orders": {"deadline": "1s"}}, "deadline", DECLINED),
    ({"shipping": {"simulate": {"transient_rate": 1.0}}, "retry": HOURS, "orders": {"deadline": "1s"}}, "deadline",
     NOT_SHIPPED)], ids=["payment, attempts", "shipping, attempts", "a step's deadline", "the order's deadline",
                         "the order's deadline in shipping"])
def test_a_step_that_is_given_up_turns_the_order_round(world, changes, reason, types):
    engine = world.engine(changes).start()
    assert engine.put_stock("keyboard", 3).status_code == 200
    order_id = placed(engine)
    assert engine.reaches(order_id, "cancelled")["reason"] == reason
    check_undone(world, order_id, types, reason)
    assert engine.stock("keyboard") == 3
    assert engine.stop() == 0


def refunds_fail(rate, **retry):
    return {"payment": {"simulate": {"refund_transient_rate": rate}, "retry": retry},
            "shipping": {"simulate": {"fail_sku": "glass*"}}}


def test_a_refund_that_cannot_be_made_parks_the_order(world):
    engine = world.engine(refunds_fail(1.0, backoff="10ms", backoff_max="20ms", deadline="200ms")).start()
    assert engine.put_stock("glass vase", 2).status_code == 200
    order_id = placed(engine, item="glass vase")
    other = placed(engine)  # one that is stuck holds up nobody
    assert engine.completed(other)
    order = engine.reaches(order_id, "parked")
    assert order["reason"] == "shipping_failed"
    assert engine.listed("parked") == [order_id]
    assert engine.cancel(order_id).status_code == 202  # it goes back already
    events = events_of(world, order_id)
    assert [event["type"] for event in events] == PARKED
    assert events[-1]["data"] == {"orderId": order_id, "handler": "payment", "reason": "unavailable"}
    assert engine.stock("glass vase") == 2
    assert engine.retry(other).status_code == 409

    answer = engine.retry(order_id)
    assert answer.status_code == 202, answer.text
    assert answer.json()["orderId"] == order_id
    engine.reaches(order_id, "parked")  # it still cannot be made
    events = events_of(world, order_id)
    assert [event["type"] for event in events] == [*PARKED, "OrderResumed", "OrderParked"]
    assert events[-2]["data"] == {"orderId": order_id, "handler": "payment", "by": "customer"}
    assert [mail.message_id for mail in world.smtp.mails()] == [f"<shipping-confirmation.{other}@example.com>"]
    assert engine.stop() == 0  # parked, it waits for a person: it is at rest


def test_parked_orders_that_are_sent_on_end_well(world):
    # A refund is tried twice, now and at its deadline.
    engine = world.engine(refunds_fail(0.6, backoff="1h", backoff_max="1h", deadline="100ms")).start()
    assert engine.put_stock("glass", 100).status_code == 200
    orders = [placed(engine, item="glass", orderId=order_number(number)) for number in range(20)]
    was_parked = Counter()
    waiting = set(orders)
    while waiting:
        for order_id in sorted(waiting):
            status = engine.order(order_id)["status"]
            if status == "cancelled":
                waiting.discard(order_id)
            elif status == "parked" and engine.retry(order_id).status_code == 202:
                was_parked[order_id] += 1
    assert was_parked, "none was parked: the rule has no effect"
    for order_id in orders:
        again = ["OrderParked", "OrderResumed"] * was_parked[order_id]
        check_undone(world, order_id, [*NOT_SHIPPED[:5], *again, *NOT_SHIPPED[5:]], "shipping_failed")
    assert engine.stock("glass") == 100
    assert engine.listed("parked") == []
    assert engine.stop() == 0


def test_stock_is_set_through_the_log_and_kept(world):
    engine = world.engine().start()
    assert engine.get("/v1/stock/keyboard").status_code == 404
    answer = engine.put_stock("keyboard", 2)
    assert (answer.status_code, answer.json()) == (200, {"sku": "keyboard", "onHand": 2})
    assert engine.put_stock("blå / glass%", 10**12).json() == {"sku": "blå / glass%", "onHand": 10**12}
    epoch, *set_events = world.records()
    for seq, (record, sku, on_hand) in enumerate(zip(set_events, ["keyboard", "blå / glass%"], [2, 10**12], strict=True), 1):
        event = json.loads(record.value)
        assert (record.key, event["type"], event["subject"]) == (sku, "StockSet", sku)
        assert event["id"] == f"{epoch.offset}.{seq}"
        assert event["data"] == {"sku": sku, "onHand": on_hand, "by": "customer"}

    statuses = [engine.post(shop_order(), Prefer="wait=20").json()["status"] for _ in range(3)]
    assert statuses == ["completed", "completed", "cancelled"]
    assert engine.stock("keyboard") == 0
    assert engine.put_stock("keyboard", 5).status_code == 200
    assert engine.post(shop_order(), Prefer="wait=20").json()["status"] == "completed"
    assert engine.stop() == 0

    again = world.engine().start()
    assert again.stock("keyboard") == 4
    assert again.stock("blå / glass%") == 10**12
    assert again.stop() == 0


@pytest.mark.parametrize("body, status", [
    ('{"onHand":-1}', 422), ('{"onHand":1.5}', 422), ('{"onHand":"1"}', 422), ('{"onHand":1000000000001}', 422), ("{}", 422),
    ('{"onHand":1,"surprise":1}', 422), ('{"onHand":1,"onHand":1}', 400), ("{", 400), ('{"onHand":1}{}', 400), ("", 400)])
def test_a_level_that_is_none_is_refused(shared_engine, body, status):
    answer = shared_engine.session.put(shared_engine.base + "/v1/stock/refused", data=body,
                                       headers={"Content-Type": "application/json"}, timeout=10)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    assert shared_engine.get("/v1/stock/refused").status_code == 404


@pytest.mark.parametrize("sku", ["%", "%zz", "%00", "%0A", "%FF", "x" * 129])
def test_a_sku_that_is_none_is_refused(shared_engine, sku):
    # Not through requests, which would mend the path.
    from harness.raw import Connection, request
    with Connection(shared_engine.port) as connection:
        connection.send(request("GET", f"/v1/stock/{sku}"))
        assert connection.answer().status == 400
