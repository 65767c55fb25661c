"""What a person does with many orders at once, with a customer's mail, and with a participant that does not answer."""

import pytest
import requests

from harness.scripted import scripted
from harness.shop import shop_order
from harness.wait import until

from conftest import PARKING

payment = pytest.fixture(scripted, name="payment")
HOSTILE = "<img src=x onerror=\"parent.taken=window.taken=1\"><script>window.taken=1</script>"


def set_value(desk, selector, value):
    desk.script("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))", desk.find(selector), value)


def test_many_are_sent_on_watched_and_stopped(desk, engines):
    engine = engines(*PARKING)
    ids = [engine.post(shop_order(item="glass vase", amount=20)).json()["orderId"] for _ in range(40)]
    for order_id in ids:
        engine.reaches(order_id, "parked")
    progress = lambda: engine.get("/v1/orders/retry").json()
    desk.open(engine, "#/person")
    desk.says("Many at once")
    desk.says("shipping failed: 40")
    desk.find("summary", "As commands").click()
    set_value(desk, "input[name=rate]", 1)
    desk.says('"rate":1}', ".command code")
    desk.find("button", "Retry them").click()
    desk.says("of 40 sent on")
    assert desk.find("progress").is_displayed() and progress()["running"]
    desk.find("button", "Stop").click()
    desk.says("are left as they are")
    stopped = progress()
    assert not stopped["running"] and 0 < stopped["left"] < 40 and stopped["left"] + stopped["sentOn"] == 40
    set_value(desk, "input[name=rate]", 1000)
    desk.find("button", "Retry them").click()
    resumed = lambda: [sum(step.get("count", 1) for step in engine.order(one)["steps"] if step["type"] == "OrderResumed") for one in ids]
    until(lambda: min(resumed()) >= 1, 30, "all sent on")
    desk.says("sent on.", "#view .said")


def test_many_that_somebody_else_sends_on_are_seen_and_stopped(desk, engines):
    engine = engines(*PARKING)
    ids = [engine.post(shop_order(item="glass vase", amount=20)).json()["orderId"] for _ in range(40)]
    for order_id in ids:
        engine.reaches(order_id, "parked")
    desk.open(engine, "#/person")
    desk.says("Many at once")
    assert requests.post(engine.base + "/v1/orders/retry", json={"status": "parked", "rate": 1}, timeout=10).status_code == 202
    desk.says("of 40 sent on")
    desk.find("button", "Stop").click()
    until(lambda: not engine.get("/v1/orders/retry").json()["running"], 30, "stopped")


def test_an_orders_mails_are_shown_as_they_were_sent(desk, shop):
    order_id = shop.completed(shop.post(shop_order(item=HOSTILE, reference="Nummer <7> äöü")).json()["orderId"])["orderId"]
    message = shop.get(f"/v1/orders/{order_id}/mails").json()["data"][0]["message"]
    sent = [path.read_bytes() for path in (shop.folder / "outbox").glob("*.eml") if order_id in path.name]
    assert sent == [message.encode()]
    desk.open(shop, f"#/orders/{order_id}")
    desk.find("summary", "Mails, as they were sent").click()
    desk.says(f"Your order {order_id} has shipped", ".mails h3")
    desk.says(f"<shipping-confirmation.{order_id}@", ".mails dl")
    desk.find(".mails summary", "As text").click()
    desk.says("Nummer <7> äöü", ".mails pre")
    desk.says(HOSTILE, ".mails pre")
    desk.driver.switch_to.frame(desk.find("iframe.mail"))
    try:
        desk.says("Thank you for your order.")
        assert HOSTILE in desk.text() and "Nummer <7> äöü" in desk.text()
        assert desk.script("return [window.origin, window.taken === undefined, document.querySelector('img, script')]") == ["null", True, None]
        assert desk.script("return getComputedStyle(document.querySelector('h1')).fontSize") == "22px"
    finally:
        desk.driver.switch_to.default_content()
    assert desk.script("return window.taken === undefined")
    desk.find("button", "Send the mail again").click()
    until(lambda: len(desk.all("iframe.mail")) == 2, 30, "the second mail")


def test_a_call_to_a_participant_shows_its_key_its_attempts_and_the_last_answer(desk, engines, payment):
    payment.script = lambda call: (500, {"error": "no ledger today"})
    settings = payment.settings
    engine = engines('payment.provider="http"', f'payment.url="{settings["url"]}"', f'payment.secret={{file="{settings["secret"]["file"]}"}}',
                     'payment.retry={attempts=1000,deadline="1h",backoff="50ms",backoff_max="200ms"}')
    order_id = engine.post(shop_order()).json()["orderId"]
    desk.open(engine, f"#/orders/{order_id}")
    desk.says("Its call to payment")
    desk.says(f"{order_id}.payment.charge", "section[aria-labelledby=call]")
    desk.says("no ledger today", "section[aria-labelledby=call]")
    desk.says("Attempts that came to nothing", "section[aria-labelledby=call]")
    desk.says("Engine 0.", "footer")
    desk.go("#/now")
    desk.says("away for", ".around")
    desk.says(", since ", ".around")
    payment.script = lambda call: call.done()
    engine.completed(order_id)
    desk.go(f"#/orders/{order_id}")
    desk.says("NotificationSent", ".steps")
    assert "Its call to payment" not in desk.text()
    for text in ("payment.charge", "PaymentConfirmed", f"{order_id}.payment.charge", " calls"):
        desk.says(text, "section[aria-labelledby=calls]")
    desk.picture("order-called")
    desk.width(375)
    assert desk.overflow() <= 0
