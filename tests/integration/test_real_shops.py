"""What real shops send goes the whole way: through the topic, Redis and a restart, to the mail server."""

import json

import pytest
from harness.shop import shop_order
from harness.wait import until


@pytest.mark.parametrize("email, envelope", [
    ('"a..b"@docomo.example', "a..b@docomo.example"),  # the server's library takes the quotes off
    ("user@müller.de", "user@xn--mller-kva.de"),
])
def test_addresses_that_mail_goes_to(world, engine, email, envelope):
    answer = engine.post(shop_order(userEmail=email))
    assert answer.status_code == 202, answer.text
    engine.completed(answer.json()["orderId"])
    mail, = world.smtp.mails()
    assert mail.recipients == (envelope,)
    assert f"\r\nTo: <{email.replace('müller', 'xn--mller-kva')}>\r\n".encode() in mail.raw


def test_an_order_of_another_script_survives_a_restart(world):
    first = world.engine({"shipping": {"simulate": {"latency": "3s"}}}).start()
    items = [{"sku": "キーボード" * 25, "quantity": 1.0, "price": "705.00"}] * 150
    body = shop_order(item=None, amount=None, items=items, currency="XCG", userId="利用者" * 42)
    answer = first.post(b"\xef\xbb\xbf" + json.dumps(body, ensure_ascii=False).encode())
    assert answer.status_code == 202, answer.text
    order_id = answer.json()["orderId"]
    first.kill()
    second = world.engine(arguments=["--takeover"]).start()
    second.completed(order_id)
    shown = second.get(f"/v1/orders/{order_id}").json()
    assert shown["items"] == [{"sku": "キーボード" * 25, "quantity": 150, "price": "705.00"}]
    assert shown["currency"] == "XCG"


def test_stock_is_changed_through_the_log(world):
    engine = world.engine().start()
    url = f"{engine.base}/v1/stock/keyboard"
    assert engine.session.put(url, json={"change": 3}).status_code == 404
    assert engine.session.put(url, json={"onHand": 5.0}).headers["ETag"] == '"5"'
    assert engine.session.put(url, json={"change": -3}, headers={"If-Match": '"5"'}).json()["onHand"] == 2
    assert engine.session.put(url, json={"change": -3}, headers={"If-Match": '"5"'}).status_code == 412
    assert engine.session.put(url, json={"change": -3}).status_code == 409
    sets = [record.event.get_data()["onHand"] for record in world.records() if record.type == "StockSet"]
    assert sets == [5, 2]
    until(lambda: world.redis.client.hget("saga:0:stock", "keyboard") == "2", 20, "the level is in Redis")
    assert engine.stop() == 0
    again = world.engine().start()
    assert again.session.put(f"{again.base}/v1/stock/keyboard", json={"change": 1}).json()["onHand"] == 3
