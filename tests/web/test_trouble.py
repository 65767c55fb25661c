"""The desk by keyboard alone, with tokens, with names that mean harm, with many orders, and when the engine goes."""

import hashlib
import json
import socket

import pytest
from selenium.webdriver.common.keys import Keys

from harness.shop import shop_order
from harness.wait import until

from conftest import PARKING
from views import VIEWS

TOKEN = "the right one"
LESSER = "one that may only look"
GUARDED = ("http.tokens=[" + ",".join(f'{{name="{name}",sha256="{hashlib.sha256(text.encode()).hexdigest()}",scopes={json.dumps(scopes)}}}' for name, text, scopes in (
    ("desk", TOKEN, ["orders", "admin"]), ("clerk", LESSER, ["orders"]))) + "]", *PARKING)
HOSTILE = "<img src=x onerror=\"window.taken=1\">"


@pytest.fixture(scope="module")
def guarded(engines):
    return engines(*GUARDED)


def test_by_keyboard_alone_from_the_top_to_a_retry(desk, shop):
    order_id = shop.names["parked"]
    resumed = lambda: {step["type"]: step.get("count", 1) for step in shop.order(order_id)["steps"]}.get("OrderResumed", 0)
    before = resumed()
    shop.reaches(order_id, "parked")
    desk.open(shop, "#/now")
    desk.live()
    assert desk.tab_to("Skip to the content").is_displayed()
    desk.tab_to("Orders")
    desk.keys(Keys.ENTER)
    until(lambda: desk.focused().text == "Orders" and desk.focused().tag_name == "h1", 30, "the title has the focus")
    desk.tab_to("| q")
    desk.keys(order_id, Keys.ENTER)
    until(lambda: len(desk.all(".orders tbody tr")) == 1, 30, "found")
    desk.tab_to(order_id[:8])
    desk.keys(Keys.ENTER)
    desk.says("Payment gave up")
    desk.tab_to("Retry")
    desk.keys(Keys.ENTER)
    until(lambda: resumed() == before + 1, 30, "sent on")


def test_a_wrong_token_then_the_right_one_and_the_stream_comes_on(desk, guarded):
    desk.open(guarded, "#/events")
    desk.find("#token-text")
    desk.says("a token is needed", "#stream")
    desk.fill("#token-text", "a wrong one").send_keys(Keys.ENTER)
    desk.says("does not know this token")
    desk.fill("#token-text", TOKEN).send_keys(Keys.ENTER)
    desk.live()
    desk.gone("#token")
    placed = guarded.post(shop_order(), Authorization=f"Bearer {TOKEN}").json()["orderId"]
    until(lambda: placed in desk.script("return [...document.querySelectorAll('.events .id')].map(link => link.title)"), 30, "its events")
    desk.go("#/orders")  # the same tab: the token is still there
    desk.says("Page 1")
    assert desk.script("return localStorage.length") == 0
    desk.go("#/place")
    assert TOKEN not in desk.text()


def test_who_may_not_retry_is_not_shown_how(desk, guarded):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    ids = [guarded.post(shop_order(item="glass vase", amount=20), **headers).json()["orderId"] for _ in range(2)]
    parked = lambda: guarded.get("/v1/orders?status=parked", **headers).json()["data"]
    until(lambda: {order["orderId"] for order in parked()} == set(ids), 30, "both parked")
    for token, shown in ((LESSER, False), (TOKEN, True)):
        desk.open(guarded, "#/person")
        desk.fill("#token-text", token).send_keys(Keys.ENTER)
        desk.says("glass vase")
        until(lambda: desk.script("return performance.getEntriesByType('resource').filter(one => one.name.endsWith('/v1/orders/retry')).some(one => one.responseStatus !== 401)"),
              30, "asked how far it is")
        until(lambda: ("Many at once" in desk.text()) == shown, 30, f"shown: {shown}")


def test_the_engine_goes_and_comes_back(desk, engines):
    engine = engines()
    engine.post(shop_order())
    desk.open(engine, "#/orders")
    desk.says("Page 1")
    desk.live()
    desk.expected.append("ERR_")  # what the browser says of a connection that is refused
    engine.kill()
    desk.says("trying again", "#stream")
    desk.says("not there", "#engine")
    again = engines(port=engine.port)
    desk.live()
    desk.says("serving", "#engine")
    placed = again.post(shop_order(reference="after it came back")).json()["orderId"]
    desk.says("after it came back")
    assert desk.find(f"a[title='{placed}']")


def test_what_an_order_says_is_text_and_nothing_else(desk, shop):
    order = shop_order(item=HOSTILE, reference="\"><script>window.taken=1</script>", userId=HOSTILE, metadata={"note": HOSTILE})
    order_id = shop.post(order).json()["orderId"]
    shop.completed(order_id)
    parked = shop.post(shop_order(item="glass " + HOSTILE, amount=20)).json()["orderId"]
    shop.reaches(parked, "parked")
    shop.put_stock(HOSTILE, 3)
    desk.open(shop)
    for view in (*VIEWS.values(), f"#/orders/{order_id}", f"#/orders/{parked}", f"#/orders/{HOSTILE}", f"#/orders?q={HOSTILE}"):
        desk.go(view)
        desk.live()
        if view in ("#/orders", "#/person", "#/stock", f"#/orders/{order_id}"):
            desk.says(HOSTILE, "#view")
        assert desk.script("return window.taken === undefined && document.querySelector('#view img, #view script') === null"), view


# How many elements each task makes: a task's first one sends a message, which comes before whatever the task asks for itself.
COUNTING = """
window.long = [];
new PerformanceObserver(list => window.long.push(...list.getEntries().map(one => one.duration))).observe({type: 'longtask'});
window.made = [];
let count = 0;
const make = document.createElement, {port1, port2} = new MessageChannel();
port1.onmessage = () => { window.made.push(count); count = 0; };
document.createElement = function(...said) {
  if (count++ === 0) port2.postMessage(null);
  return make.apply(document, said);
};
"""


def test_ten_thousand_orders_are_a_bounded_page(desk, engines, build):
    engine = engines()
    place_many(engine, 10_000)
    desk.open(engine, "#/place")
    desk.script(COUNTING)
    desk.script("location.hash = '#/orders'")
    desk.says("Page 1, 50 orders")
    assert len(desk.all(".orders tbody tr")) == 50
    assert desk.nodes() < 1500
    desk.script("location.hash = '#/events'")
    until(lambda: len(desk.all(".events li")) > 20, 30, "events")
    for _ in range(3):
        place_many(engine, 400)
    until(lambda: len(desk.all(".events li")) == 200, 30, "the last events")
    assert desk.nodes() < 5000
    desk.script("location.hash = '#/now'")
    desk.says("10,", "#view .note")
    made, long = desk.script("return [window.made, window.long]")
    (build / "long-tasks.json").write_text(json.dumps({"milliseconds": long}))
    print(f"the longest task: {max(long, default=0):.0f} ms, or none over 50; elements made in one task: {max(made)}")
    assert sum(made) > 1500 and max(made) <= 250


def place_many(engine, count):
    """Sixteen at a time on one connection, as the engine takes them."""
    body = json.dumps(shop_order()).encode()
    request = (f"POST /v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body
    with socket.create_connection(("127.0.0.1", engine.port), timeout=60) as connection:
        left, seen = count, b""
        while left > 0:
            batch = min(16, left)
            connection.sendall(request * batch)
            answered = 0
            while answered < batch:
                chunk = connection.recv(1 << 16)
                assert chunk, "the connection was closed"
                seen += chunk
                answered += seen.count(b"HTTP/1.1 202")
                assert b"HTTP/1.1 5" not in seen
                seen = seen[-11:]  # of an answer's beginning, not all
            left -= batch
