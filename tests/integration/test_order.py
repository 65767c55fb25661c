"""One order's way, seen from outside: HTTP, the topic, the mail, Redis."""

import email.utils
import json
import re
import uuid
from datetime import datetime, timezone

import pytest

from harness.shop import checkpoint_offset, redis_value, shop_order
from harness.topic import SAGA, chains, valid
from harness.wait import until

TURNS = ["payment.charge", "inventory.reserve", "shipping.ship", "notification.send"]  # that the first four give
SOURCES = ["/saga/order", "/saga/payment", "/saga/inventory", "/saga/shipping", "/saga/notification"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.mark.parametrize("path", ["/create-order", "/v1/orders"])
def test_post_answers_202_with_location_and_links(shared_engine, path):
    answer = shared_engine.post(shop_order(), path=path)
    assert answer.status_code == 202
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    placed = answer.json()
    assert set(placed) == {"orderId", "status", "links"}
    assert uuid.UUID(placed["orderId"]).version == 7
    assert answer.headers["Location"] == f"/v1/orders/{placed['orderId']}"
    assert answer.headers["Location"] in json.dumps(placed["links"])
    shared_engine.completed(placed["orderId"])


def test_get_soon_says_completed_with_steps_and_offsets(engine, world):
    order_id = engine.post(shop_order()).json()["orderId"]
    order = engine.completed(order_id)
    assert order["orderId"] == order_id
    assert order["item"] == "keyboard"
    assert (order["amount"], order["amountMinor"], order["currency"]) == (49.99, 4999, "USD")
    assert "reason" not in order
    assert [step["type"] for step in order["steps"]] == SAGA
    assert [step["step"] for step in order["steps"]] == [1, 2, 3, 4, 5]

    records = world.events_of(order_id)
    assert [step["offset"] for step in order["steps"]] == [record.offset for record in records]
    assert [step["at"] for step in order["steps"]] == [json.loads(record.value)["time"] for record in records]


def test_order_with_lines_and_currency(shared_engine):
    answer = shared_engine.post({"userId": "u-1", "userEmail": "you@example.com", "currency": "EUR", "items": [
        {"sku": "keyboard", "quantity": 2, "price": "24.50"}, {"sku": "mouse", "quantity": 1, "price": 0.01}]})
    assert answer.status_code == 202, answer.text
    order = shared_engine.completed(answer.json()["orderId"])
    assert (order["amount"], order["amountMinor"], order["currency"]) == (49.01, 4901, "EUR")
    assert [line["sku"] for line in order["items"]] == ["keyboard", "mouse"]
    assert [line["quantity"] for line in order["items"]] == [2, 1]


@pytest.mark.parametrize("amount, minor, printed", [
    ("49.99", 4999, b"49.99"), ("0.01", 1, b"0.01"), ("12", 1200, b"12"), ("90071992547.41", 9007199254741, None),
    ('"49.9"', 4990, None), ("0.29", 29, b"0.29"), ("1.15", 115, b"1.15"), ("10000000000.00", 10**12, None)])
def test_money_is_read_from_its_characters(shared_engine, amount, minor, printed):
    body = json.dumps(shop_order(amount=0)).replace('"amount": 0', f'"amount": {amount}')
    answer = shared_engine.post(body)
    if minor > 10**12:
        assert answer.status_code == 422
        return
    assert answer.status_code == 202, answer.text
    path = answer.headers["Location"]
    raw = shared_engine.get(path).content
    assert json.loads(raw)["amountMinor"] == minor
    if printed:
        assert b'"amount":' + printed in raw.replace(b": ", b":")


def test_prefer_wait_answers_200_with_the_completed_order(shared_engine):
    answer = shared_engine.post(shop_order(), Prefer="wait=20")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Preference-Applied"].startswith("wait")
    assert answer.json()["status"] == "completed"
    assert answer.json() == shared_engine.order(answer.json()["orderId"])


def test_prefer_wait_answers_202_when_the_time_is_up(world):
    world.smtp.answer = lambda mail: "451 not now"
    engine = world.engine({"mail": {"retry": {"backoff": "1h", "backoff_max": "1h", "deadline": "24h"}}}).start()
    answer = engine.post(shop_order(), Prefer="wait=1")
    assert answer.status_code == 202, answer.text
    assert engine.order(answer.json()["orderId"])["status"] == "shipped"


def test_events_lie_on_the_topic_in_order_as_structured_cloudevents(engine, world):
    ids = [engine.post(shop_order()).json()["orderId"] for _ in range(20)]
    for order_id in ids:
        engine.completed(order_id)
    records = world.records()
    assert chains(records) == {order_id: SAGA for order_id in ids}
    for order_id in ids:
        for number, record in enumerate((r for r in records if r.key == order_id), start=1):
            assert record.headers == (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
            raw = json.loads(record.value)
            wanted = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "epoch", "seq", "data"}
            wanted |= {"causationid"} if number > 1 else set()
            assert set(raw) == wanted | ({"turn"} if number < 5 else set())
            assert raw.get("turn") == dict(enumerate(TURNS, start=1)).get(number)
            assert TIME.fullmatch(raw["time"])
            event = record.event  # decoded by the official SDK
            assert event.get_specversion() == "1.0"
            assert event.get_id() == f"{order_id}.{number}"
            assert event.get_source() == SOURCES[number - 1]
            assert event.get_type() == SAGA[number - 1]
            assert event.get_subject() == order_id
            assert event.get_datacontenttype() == "application/json"
            assert event.get_time() <= datetime.now(timezone.utc)
            assert event.get_extension("causationid") == (f"{order_id}.{number - 1}" if number > 1 else None)
            assert event.get_data()["orderId"] == order_id


def test_data_of_each_event(engine, world):
    order_id = engine.post(shop_order(userId="user-17", userEmail="seventeen@example.com")).json()["orderId"]
    engine.completed(order_id)
    placed, paid, reserved, shipped, notified = [record.event.get_data() for record in world.events_of(order_id)]
    assert placed["userId"] == "user-17"
    assert placed["userEmail"] == "seventeen@example.com"
    assert (placed["amount"], placed["amountMinor"], placed["currency"]) == (49.99, 4999, "USD")
    assert paid["amount"] == 49.99 and paid["reference"]
    assert [line["sku"] for line in reserved["lines"]] == ["keyboard"]
    assert shipped["carrier"] and shipped["trackingNumber"]
    assert notified["template"] == "shipping-confirmation"
    assert f"<{notified['messageId']}>" == world.smtp.mails()[0].message_id


def test_epoch_started_is_first_and_seq_counts_offsets(engine, world):
    for _ in range(10):
        engine.completed(engine.post(shop_order()).json()["orderId"])
    records = world.records()
    first, *rest = records
    assert (first.offset, first.type) == (0, "EpochStarted")
    assert "epoch" not in first.attributes and "seq" not in first.attributes
    uuid.UUID(first.event.get_id())
    assert [(r.attributes["epoch"], r.attributes["seq"]) for r in rest] == [("0", str(n)) for n in range(1, 51)]
    assert all(r.offset == int(r.attributes["epoch"]) + int(r.attributes["seq"]) for r in rest)
    assert valid(records) == records


def test_binary_mode_puts_attributes_into_headers(world):
    engine = world.engine({"events": {"mode": "binary"}}).start()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.completed(order_id)
    records = world.events_of(order_id)
    assert [record.type for record in records] == SAGA
    for number, record in enumerate(records, start=1):
        names = {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_epoch", "ce_seq",
                 "content-type"}
        names |= {"ce_causationid"} if number > 1 else set()
        assert {name for name, _ in record.headers} == names | ({"ce_turn"} if number < 5 else set())
        assert dict(record.headers)["content-type"].split(b";")[0] == b"application/json"
        assert "specversion" not in json.loads(record.value)
        event = record.event
        assert (event.get_id(), event.get_subject()) == (f"{order_id}.{number}", order_id)
        assert event.get_source() == SOURCES[number - 1]
        assert event.get_data()["orderId"] == order_id
    first = world.records()[0]
    assert (first.type, first.binary) == ("EpochStarted", True)


def test_type_prefix_and_source_come_from_the_config(world):
    engine = world.engine({"events": {"type_prefix": "com.example.shop.", "source": "/eu/saga"}}).start()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.completed(order_id)
    records = world.events_of(order_id)
    assert [record.type for record in records] == [f"com.example.shop.{kind}" for kind in SAGA]
    assert [record.event.get_source() for record in records] == [s.replace("/saga", "/eu/saga") for s in SOURCES]


def test_one_mail_with_text_and_html_at_the_events_time(engine, world):
    order_id = engine.post(shop_order(userEmail="buyer@example.org")).json()["orderId"]
    engine.completed(order_id)
    [mail] = world.smtp.mails()
    assert mail.sender == "orders@example.com"
    assert mail.recipients == ("buyer@example.org",)
    message = mail.message
    assert message["From"] == "Shop <orders@example.com>"
    assert message["To"].addresses[0].addr_spec == "buyer@example.org"
    assert message["Subject"]
    assert mail.message_id == f"<shipping-confirmation.{order_id}@example.com>"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    for part in message.iter_parts():
        assert order_id in part.get_content()
        assert "keyboard" in part.get_content()
        assert "49.99" in part.get_content()
    shipped = next(r for r in world.events_of(order_id) if r.type == "ShippingConfirmed").event.get_time()
    assert email.utils.parsedate_to_datetime(message["Date"]) == shipped.replace(microsecond=0)


def test_input_never_becomes_markup_or_a_header_of_the_mail(engine, world):
    item = '<b onload="x">kéyboard & co</b>'
    order_id = engine.post(shop_order(item=item, userEmail="o'neil+tag@example.com")).json()["orderId"]
    engine.completed(order_id)
    [mail] = world.smtp.mails()
    assert mail.recipients == ("o'neil+tag@example.com",)
    text, html = [part.get_content() for part in mail.message.iter_parts()]
    assert item in text
    assert "<b onload" not in html and "&lt;b onload" in html
    injected = engine.post(shop_order(item="kb\r\nBcc: victim@example.com"))
    if injected.status_code == 202:
        engine.completed(injected.json()["orderId"])
        second = world.smtp.mails()[1]
        assert second.recipients == ("you@example.com",)
        assert second.message["Bcc"] is None
    else:
        assert injected.status_code == 422


def test_redis_holds_the_order_the_checkpoint_and_the_recent_list(engine, world):
    client = world.redis.client
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.completed(order_id)
    last = world.records()[-1].offset
    until(lambda: checkpoint_offset(client) == last, 20, "checkpoint at the topic's last offset")
    stored = redis_value(client, f"saga:order:{order_id}")
    assert stored["status"] == "completed"
    assert not redis_value(client, "saga:0:live")
    assert any(order_id in str(entry) for entry in redis_value(client, "saga:0:recent"))
    keep = 30 * 24 * 3600
    assert keep - 600 < client.ttl(f"saga:order:{order_id}") <= keep
    checkpoint = redis_value(client, "saga:0:checkpoint")
    assert (int(checkpoint["epoch"]), int(checkpoint["seq"])) == (0, last)


def test_keep_decides_how_long_redis_remembers(world):
    engine = world.engine({"orders": {"keep": "2h"}}).start()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.completed(order_id)
    until(lambda: 0 < world.redis.client.ttl(f"saga:order:{order_id}") <= 7200, 20, "finished order expires after keep")


def test_unfinished_order_is_live_in_redis_and_does_not_expire(world):
    world.smtp.answer = lambda mail: "451 not now"
    engine = world.engine({"mail": {"retry": {"backoff": "1h", "backoff_max": "1h", "deadline": "24h"}}}).start()
    order_id = engine.post(shop_order()).json()["orderId"]
    client = world.redis.client
    until(lambda: checkpoint_offset(client) == 4, 20, "shipped and stored")
    assert order_id in redis_value(client, "saga:0:live")
    assert redis_value(client, f"saga:order:{order_id}")["status"] == "shipped"
    assert client.ttl(f"saga:order:{order_id}") == -1


def test_mail_refused_for_now_is_sent_again_with_the_same_bytes(world):
    refused = []

    def answer(mail):
        if len(refused) < 2:
            refused.append(mail)
            return "451 not now"
        return "250 OK"

    world.smtp.answer = answer
    engine = world.engine({"mail": {"retry": {"backoff": "50ms", "backoff_max": "100ms", "deadline": "24h"}}}).start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    [sent] = world.smtp.mails()
    assert [mail.raw for mail in refused] == [sent.raw, sent.raw]
