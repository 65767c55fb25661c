"""Every view of the desk, and everything a person can do there."""

import json

from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from harness.shop import shop_order
from harness.wait import until
from views import SHOWN, views_of


def seen(desk, name, view, width):
    desk.go(view)
    desk.says(SHOWN[name], "#view")
    desk.live()
    assert desk.overflow() <= 0, f"{name} at {width}"


def test_every_view_on_a_screen_and_axe_finds_nothing_serious_by_day_and_by_night(desk, shop):
    desk.open(shop)
    for name, view in views_of(shop).items():
        seen(desk, name, view, 1200)
        desk.picture(name)
        for dark in (False, True):
            desk.width(1200, dark)
            assert desk.barriers() == [], f"{name}, {'dark' if dark else 'light'}"
        desk.width(1200)


def test_every_view_on_a_phone_by_night(desk, shop):
    desk.open(shop)
    desk.width(375, dark=True)
    for name, view in views_of(shop).items():
        seen(desk, name, view, 375)
        desk.picture(name + "-phone")


def test_now_shows_what_was_before_the_page_was_opened_and_goes_on(desk, shop):
    desk.open(shop, "#/now")
    rows = lambda: dict(desk.script("return [...document.querySelectorAll('#view tbody tr')].map(row => [...row.cells].map(cell => cell.innerText))"))
    until(lambda: rows().get("completed", "0") != "0", 30, "completed orders shown")
    before = rows()
    assert int(before["parked"]) >= 1 and int(before["cancelled"]) >= 1
    assert desk.find("#parked").text == before["parked"]
    shop.post(shop_order())
    until(lambda: int(rows()["completed"]) == int(before["completed"]) + 1, 30, "one more")


def test_orders_are_filtered_searched_and_live(desk, shop):
    ids = shop.names
    desk.open(shop, "#/orders")
    shown = lambda: desk.script("return [...document.querySelectorAll('.orders tbody a')].map(link => link.title)")
    until(lambda: set(ids.values()) <= set(shown()), 30, "all of them")
    Select(desk.find("select[name=status]")).select_by_value("parked")
    until(lambda: shown() and ids["parked"] in shown() and ids["completed"] not in shown(), 30, "only parked ones")
    Select(desk.find("select[name=reason]")).select_by_value("payment_declined")
    desk.says("No such order.")
    Select(desk.find("select[name=status]")).select_by_value("")
    until(lambda: shown() == [ids["cancelled"]], 30, "the one declined")
    for text in ("R-1001", "a+b@example.com", ids["completed"]):
        desk.go("#/orders")
        desk.fill("input[name=q]", text).send_keys(Keys.ENTER)
        until(lambda: shown() == [ids["completed"]], 30, f"found by {text}")
    desk.go("#/orders")
    until(shown, 30, "the list")
    link = desk.find(f".orders a[title='{ids['parked']}']")
    desk.script("arguments[0].focus()", link)
    newer = shop.post(shop_order(reference="while it is open")).json()["orderId"]
    desk.says("while it is open")
    assert shown()[0] == newer
    assert desk.focused() == link


def test_pages_go_there_and_back(desk, engines):
    engine = engines()
    ids = [engine.post(shop_order()).json()["orderId"] for _ in range(60)]
    desk.open(engine, "#/orders")
    shown = lambda: desk.script("return [...document.querySelectorAll('.orders tbody a')].map(link => link.title)")
    until(lambda: shown() == ids[:9:-1], 30, "the newest fifty")
    desk.find("button", "Older").click()
    until(lambda: shown() == ids[9::-1], 30, "the others")
    desk.find("button", "Newer").click()
    until(lambda: shown() == ids[:9:-1], 30, "the newest again")


def test_one_order_shows_its_way_its_money_its_stock_and_its_events(desk, shop):
    desk.open(shop, f"#/orders/{shop.names['completed']}")
    desk.says("it has shipped and the customer was told")
    marks = desk.script("return [...document.querySelectorAll('.station')].map(one => one.dataset.mark)")
    assert marks == ["done"] * 5
    for text in ("R-1001", "53.50 USD", "keyboard, taken", "−2", "acknowledged"):
        desk.says(text, "#view")
    assert "postage, taken" not in desk.text()
    desk.find(".step summary").click()
    event = json.loads(until(lambda: desk.find(".step pre").text if "{" in desk.find(".step pre").text else None, 30, "the CloudEvent"))
    assert (event["type"], event["subject"]) == ("OrderPlaced", shop.names["completed"])
    assert desk.script("return [...document.querySelectorAll('#view button')].map(one => one.innerText)").count("Retry") == 0
    desk.find("summary", "As commands").click()
    assert f"/v1/orders/{shop.names['completed']}'" in desk.find(".command code").text


def test_its_mail_is_sent_again(desk, shop):
    order_id = shop.names["completed"]
    desk.open(shop, f"#/orders/{order_id}")
    desk.find("button", "Send the mail again").click()
    desk.says("on the way once more")
    desk.says("MailRequested", ".steps")


def test_a_parked_order_is_retried_from_its_own_view_and_from_the_list(desk, shop):
    order_id = shop.names["parked"]
    steps = lambda: {step["type"]: step.get("count", 1) for step in shop.order(order_id)["steps"]}
    resumed = lambda: steps().get("OrderResumed", 0)
    before = resumed()
    desk.open(shop, f"#/orders/{order_id}")
    desk.says("Payment gave up (unavailable) after")
    desk.find("button", "Retry").click()
    until(lambda: resumed() == before + 1, 30, "sent on")
    desk.says("OrderResumed", ".steps")
    shop.reaches(order_id, "parked")
    desk.go("#/person")
    desk.says("payment: unavailable")
    desk.find(f"button[aria-label='Retry order {order_id}']").click()
    until(lambda: resumed() == before + 2, 30, "sent on again")


def test_an_order_is_cancelled_after_a_question_and_shows_its_attempts(desk, slow):
    order_id = slow.post(shop_order()).json()["orderId"]
    slow.reaches(order_id, "reserved")
    desk.open(slow, f"#/orders/{order_id}")
    desk.find("button", "Cancel the order").click()
    desk.find("dialog button", "No").click()
    desk.gone("dialog")
    assert slow.order(order_id)["status"] == "reserved"
    desk.find("button", "Cancel the order").click()
    desk.find("dialog button", "Cancel the order").click()
    slow.reaches(order_id, "refunding")
    desk.says("OrderCancelRequested", ".steps")
    desk.says("of payment came to nothing")
    desk.says("attempt")
    until(lambda: "Cancel the order" not in desk.text(), 30, "nothing to cancel any more")
    desk.picture("order-retrying")


def test_stock_is_set_changed_and_listed(desk, shop):
    desk.open(shop, "#/stock")
    desk.fill("input[name=sku]", "tea cup")
    desk.fill("input[name=onHand]", "40")
    desk.find("button", "Set the level").click()
    desk.says("tea cup: 40 now.")
    assert shop.stock("tea cup") == 40
    field = desk.find("input[aria-label='New level, or change, of tea cup']")
    field.send_keys("-3")
    desk.find("button[aria-label='Change tea cup by this']").click()
    desk.says("tea cup: 37 now.")
    assert shop.stock("tea cup") == 37
    field.send_keys("-99")
    desk.find("button[aria-label='Change tea cup by this']").click()
    desk.says("cannot be changed by so much")
    shop.put_stock("tea cup", 12)
    until(lambda: "12" in desk.script("return [...document.querySelectorAll('#view tbody tr')].find(row => row.cells[0].innerText === 'tea cup').innerText"),
          30, "the level that somebody else set")


def test_an_order_is_placed_by_the_form(desk, shop):
    desk.open(shop, "#/place")
    desk.fill("input[name=item]", "lamp")
    desk.fill("input[name=reference]", "from the desk")
    desk.says("lamp", "code")
    desk.find("button", "Place the order").click()
    desk.says("Acknowledged after")
    order_id = desk.find(".said a").text
    assert shop.completed(order_id)["reference"] == "from the desk"
    desk.fill("input[name=currency]", "XXQ")
    desk.find("button", "Place the order").click()
    desk.says("/currency", "#view .said")


def test_events_are_listed_filtered_and_paused(desk, shop):
    desk.open(shop, "#/events")
    desk.says("OrderPlaced", ".events")
    assert desk.script("return document.querySelectorAll('.events [data-mood=bad] b')[0].innerText") in ("OrderParked", "ShippingFailed", "PaymentNotAuthorized")
    moods = desk.script("return [...document.querySelectorAll('.events li')].filter(one => one.innerText.includes('NotificationSent')).map(one => one.dataset.mood)")
    assert set(moods) == {"good"}
    desk.find("button", "Pause").click()
    desk.says("Paused")
    one = shop.post(shop_order()).json()["orderId"]
    shop.completed(one)
    shown = lambda: desk.script("return [...document.querySelectorAll('.events .id')].map(link => link.title)")
    assert one not in shown()
    desk.find("button", "Pause").click()
    until(lambda: one in shown(), 30, "after the pause")
    Select(desk.find("select[name=type]")).select_by_value("PaymentNotAuthorized")
    until(lambda: set(shown()) == {shop.names["cancelled"]}, 30, "of one type")
    Select(desk.find("select[name=type]")).select_by_value("")
    desk.fill("input[name=text]", one)
    until(lambda: set(shown()) == {one}, 30, "of one order")
