"""Parked orders: sent on many times, a chain is whole and is shown short; many are sent on at a rate."""

import json

from harness.shop import shop_order
from harness.wait import until

ONCE = ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingFailed", "InventoryReleased", "OrderParked",
        "OrderResumed"]
STUCK = {"payment": {"simulate": {"refund_transient_rate": 1.0},
                     "retry": {"backoff": "10ms", "backoff_max": "20ms", "deadline": "100ms"}},
         "shipping": {"simulate": {"fail_rate": 1.0}}}


def parked_again(engine, order_id):
    assert engine.retry(order_id).status_code == 202
    return engine.reaches(order_id, "parked")


def test_steps_alike_are_shown_once_and_counted_over_restarts(world):
    engine = world.engine(STUCK).start()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.reaches(order_id, "parked")
    for _ in range(5):
        order = parked_again(engine, order_id)
    assert order["parked"].items() >= {"handler": "payment", "reason": "unavailable"}.items()
    assert order["parked"]["attempts"] > 1
    assert engine.stop() == 0
    engine = world.engine(STUCK).start()
    again = engine.order(order_id)  # attempts and acknowledgements were the memory of the one before
    assert again.pop("parked") == {"handler": "payment"}
    assert again == {name: value for name, value in order.items() if name not in ("parked", "acked")}
    order = parked_again(engine, order_id)

    records = world.events_of(order_id)
    types = [json.loads(record.value)["type"] for record in records]
    assert types == [*ONCE[:5], *["OrderParked", "OrderResumed"] * 6, "OrderParked"]
    assert [record.attributes["id"] for record in records] == [f"{order_id}.{step}" for step in range(1, len(types) + 1)]
    shown = order["steps"]
    assert [step["type"] for step in shown] == ONCE
    for number, (step, record) in enumerate(zip(shown, records), 1):  # where the first of them was
        assert (step["step"], step["offset"], step["at"]) == (number, record.offset, json.loads(record.value)["time"])
    assert [step.get("count") for step in shown] == [*[None] * 5, 7, 6]
    for step, last in ((shown[5], records[-1]), (shown[6], records[-2])):
        assert (step["lastStep"], step["lastOffset"]) == (records.index(last) + 1, last.offset)
        assert step["lastAt"] == json.loads(last.value)["time"]

    assert engine.stop() == 0
    engine = world.engine().start()  # with a provider that pays back
    assert engine.retry(order_id).status_code == 202
    order = engine.reaches(order_id, "cancelled")
    assert [step["type"] for step in order["steps"]] == [*ONCE, "PaymentRefunded", "OrderCancelled", "NotificationSent"]
    assert order["steps"][-1]["step"] == len(world.events_of(order_id)) == len(types) + 4
    assert engine.stop() == 0


def test_many_parked_orders_are_sent_on_at_a_rate_that_is_watched_and_ended(world):
    engine = world.engine(STUCK).start()
    orders = [engine.post(shop_order()).json()["orderId"] for _ in range(5)]
    for order_id in orders:
        engine.reaches(order_id, "parked")
    url = f"{engine.base}/v1/orders/retry"

    def ask(method, status, body=None):
        answer = engine.session.request(method, url, json=body, timeout=30)
        assert answer.status_code == status, answer.text
        return answer.json()

    assert ask("POST", 422, {"status": "placed"})["pointer"] == "/status"
    assert ask("POST", 422, {"status": "parked", "rate": 0})["pointer"] == "/rate"
    assert ask("POST", 202, {"status": "parked", "reason": "out_of_stock"})["orders"] == 0
    assert ask("GET", 200)["running"] is False

    assert ask("POST", 202, {"status": "parked", "rate": 1})["orders"] == 5
    assert ask("POST", 409, {"status": "parked"})["type"].endswith("retry-running")
    first = orders[0]
    until(lambda: "OrderResumed" in [step["type"] for step in engine.order(first)["steps"]], 20, "the oldest is sent on")
    ended = ask("DELETE", 200)
    assert ended["running"] is False and ended["sentOn"] + ended["left"] == 5
    assert ask("GET", 200)["running"] is False

    for order_id in orders:
        engine.reaches(order_id, "parked")  # those that were sent on, again
    assert engine.stop() == 0
    engine = world.engine().start()  # with a provider that pays back
    url = f"{engine.base}/v1/orders/retry"
    assert ask("POST", 202, {"status": "parked", "rate": 1000})["orders"] == 5
    for order_id in orders:
        assert engine.reaches(order_id, "cancelled")["reason"] == "shipping_failed"
    assert ask("GET", 200) == {"running": False, "orders": 5, "sentOn": 5, "left": 0, "rate": 1000}
    assert engine.stop() == 0
