"""Orders that fail: what was done is undone on the topic, last first, and the customer is told once."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.shop import shop_order

RULES = {"payment": {"simulate": {"decline_over": "1000.00", "decline_email": "*@declined.example"}},
         "shipping": {"simulate": {"fail_sku": "glass*"}}}

DECLINED = ["OrderPlaced", "PaymentNotAuthorized", "OrderCancelled", "NotificationSent"]
OUT_OF_STOCK = ["OrderPlaced", "PaymentConfirmed", "InventoryInsufficient", "PaymentRefunded", "OrderCancelled",
                "NotificationSent"]
NOT_SHIPPED = ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingFailed", "InventoryReleased",
               "PaymentRefunded", "OrderCancelled", "NotificationSent"]


@pytest.mark.parametrize("changes, reason, types", [
    ({"amount": 1000.01}, "payment_declined", DECLINED),
    ({"userEmail": "you@declined.example"}, "payment_declined", DECLINED),
    ({"item": "scarce"}, "out_of_stock", OUT_OF_STOCK),
    ({"item": "glass vase"}, "shipping_failed", NOT_SHIPPED)])
def test_a_failed_order_is_undone_and_cancelled(world, changes, reason, types):
    world.redis.client.hset("saga:0:stock", mapping={"scarce": 0, "glass vase": 7})
    engine = world.engine(RULES).start()
    answer = engine.post({**shop_order(), **changes}, Prefer="wait=20")
    assert answer.status_code == 200, answer.text
    order = answer.json()
    assert (order["status"], order["reason"]) == ("cancelled", reason)
    assert [step["type"] for step in order["steps"]] == types

    events = [json.loads(record.value) for record in world.events_of(order["orderId"])]
    assert [event["type"] for event in events] == types
    cancelled = next(event for event in events if event["type"] == "OrderCancelled")
    assert cancelled["data"]["reason"] == reason
    assert events[-1]["data"]["template"] == "order-cancelled"
    refunds = [event["data"]["amountMinor"] for event in events if event["type"] == "PaymentRefunded"]
    captures = [event["data"]["amountMinor"] for event in events if event["type"] == "PaymentConfirmed"]
    assert refunds == captures

    mails = world.smtp.mails()
    assert [mail.message_id for mail in mails] == [f"<order-cancelled.{order['orderId']}@example.com>"]
    assert engine.stop() == 0
    assert world.redis.client.hget("saga:0:stock", "glass vase") == "7"


def test_the_lines_that_are_short_are_named(world):
    world.redis.client.hset("saga:0:stock", mapping={"keyboard": 5, "mouse": 1})
    engine = world.engine().start()
    answer = engine.post({"userId": "u", "userEmail": "you@example.com", "items": [
        {"sku": "keyboard", "quantity": 2, "price": "1.00"}, {"sku": "mouse", "quantity": 3, "price": "1.00"}]},
        Prefer="wait=20")
    events = [json.loads(record.value) for record in world.events_of(answer.json()["orderId"])]
    short = next(event for event in events if event["type"] == "InventoryInsufficient")
    assert short["data"]["lines"] == [{"sku": "mouse", "quantity": 3, "left": 1}]
    assert engine.stop() == 0
    stock = world.redis.client.hgetall("saga:0:stock")
    assert {key: int(value) for key, value in stock.items()} == {"keyboard": 5, "mouse": 1}


def test_a_hundred_clients_race_for_fifty_units(world):
    world.redis.client.hset("saga:0:stock", mapping={"keyboard": 50})
    engine = world.engine().start()
    with ThreadPoolExecutor(25) as clients:
        answers = list(clients.map(lambda _: engine.post(shop_order(), Prefer="wait=30"), range(100)))
    assert {answer.status_code for answer in answers} == {200}
    statuses = [answer.json()["status"] for answer in answers]
    assert (statuses.count("completed"), statuses.count("cancelled")) == (50, 50)
    assert engine.stop() == 0
    assert int(world.redis.client.hget("saga:0:stock", "keyboard")) == 0
