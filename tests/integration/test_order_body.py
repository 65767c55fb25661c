"""What a shop says of an order beside its lines goes the whole way, byte for byte, and comes back from the topic alone."""

import json

from harness.engine import verify
from harness.shop import checkpoint_offset, shop_order
from harness.sse import Stream
from harness.wait import until

OBJECTS = {
    "shipping": '{ "to" : ["A \\u0022}\\" B", {}],\r\n\t"zip":"1" }',
    "payment": '{"token":"pm_1","n":1e400}',
    "metadata": '{"bodyHash":"00","status":"completed","steps":[{"step":1}],"\\u0000":"\\u2028","n":' + "7" * 400 + "}",
}


def body(objects, **changes):
    """The order as JSON with these texts for its objects."""
    text = json.dumps(shop_order(**changes), ensure_ascii=False)
    return (text[:-1] + "".join(f',"{name}":{written}' for name, written in objects.items()) + "}").encode()


def verified(world, tmp_path):
    until(lambda: checkpoint_offset(world.redis.client) == world.records()[-1].offset, 20, "stored")
    done = verify(tmp_path, world.config)
    assert done.returncode == 0, done.stdout + done.stderr


def held(text, objects):
    for name, written in objects.items():
        assert f',"{name}":{written}' in text


def test_everything_is_passed_on_and_survives_a_kill_and_a_lost_redis(world, tmp_path):
    first = world.engine({"shipping": {"simulate": {"latency": "1h"}}}).start()
    first.put_stock("keyboard", 5)
    items = [{"sku": "keyboard", "quantity": 2, "price": "24.50"}, {"sku": "keyboard", "quantity": 9, "price": "1.00", "stocked": False},
             {"sku": "Postage <b>", "quantity": 1, "price": "4.50", "stocked": False}]
    sent = body(OBJECTS, item=None, amount=57.50, items=items, discount="5.00", reference="R-1 <&> \u00e9")
    with Stream(first.base) as stream:
        answer = first.post(sent, Idempotency_Key="k-1")
        assert answer.status_code == 202, answer.text
        order_id = answer.json()["orderId"]
        placed, = stream.take(1)
    assert placed.json["data"]["shipping"] == json.loads(OBJECTS["shipping"])
    first.reaches(order_id, "reserved")
    first.kill()
    world.redis.client.flushall()
    second = world.engine(arguments=["--takeover"]).start()
    second.completed(order_id)
    again = second.post(sent, Idempotency_Key="k-1")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (202, "true")
    assert second.post(sent.replace(b"zip", b"ZIP"), Idempotency_Key="k-1").status_code == 422
    assert second.stock("keyboard") == 3

    shown = second.get(f"/v1/orders/{order_id}")
    held(shown.content.decode(), OBJECTS)
    order = shown.json()
    assert (order["amount"], order["amountMinor"], order["discount"], order["reference"]) == \
        (57.50, 5750, "5.00", "R-1 <&> \u00e9")
    assert order["items"] == items
    assert "bodyHash" not in order and order["status"] == "completed"
    held(second.get("/v1/orders").content.decode(), OBJECTS)
    until(lambda: '"completed"' in (world.redis.client.get(f"saga:order:{order_id}") or ""), 20, "stored")
    held(world.redis.client.get(f"saga:order:{order_id}"), OBJECTS)

    events = world.events_of(order_id)
    held(events[0].value.decode(), OBJECTS)
    assert events[0].event.get_data()["items"] == items
    reserved = next(event.event.get_data() for event in events if event.type == "InventoryUpdated")
    assert reserved["lines"] == [{"sku": "keyboard", "quantity": 2, "left": 3}]
    mail, = world.smtp.mails()
    text = mail.raw.decode().replace("=\r\n", "")
    assert "Number    R-1 <&> =C3=A9" in text and "Discount   -5.00 USD" in text and "Postage &lt;b&gt;" in text
    assert "pm_1" not in text
    verified(world, tmp_path)


def test_a_body_of_64_kib_with_three_full_objects_passes(world, tmp_path):
    objects = {name: '{"k":"' + '\\"' * 2044 + '"}' for name in OBJECTS}
    assert {len(text) for text in objects.values()} == {4096}
    items = [{"sku": '"\\' * 62 + f"{n:04}", "quantity": 1, "price": "1.00", "stocked": n % 2 == 0} for n in range(100)]
    sent = body(objects, item=None, amount=None, items=items, userId="\U0001F600" * 128, reference='"' * 64,
                userEmail='"' + "x" * 62 + '"@example.com')
    assert len(sent) < 65536
    sent += b" " * (65536 - len(sent))
    first = world.engine({"shipping": {"simulate": {"latency": "1h"}}}).start()
    answer = first.post(sent)
    assert answer.status_code == 202, answer.text
    order_id = answer.json()["orderId"]
    first.kill()
    second = world.engine(arguments=["--takeover"]).start()
    second.completed(order_id)
    held(second.get(f"/v1/orders/{order_id}").content.decode(), objects)
    verified(world, tmp_path)


def test_of_an_order_that_costs_nothing_nobody_is_asked(world, tmp_path):
    engine = world.engine({"payment": {"simulate": {"decline_email": "*", "latency": "1h"}},
                           "shipping": {"simulate": {"fail_sku": "glass"}}}).start()
    for item, status in (("keyboard", "completed"), ("glass", "cancelled")):
        order_id = engine.post(shop_order(item=item, amount=0, discount=10)).json()["orderId"]
        engine.reaches(order_id, status)
        money = [event.event.get_data() for event in world.events_of(order_id) if event.type.startswith("Payment")]
        assert [(one["amountMinor"], one["reference"]) for one in money] == [(0, "free")] * (1 if item == "keyboard" else 2)
    assert not any(b"refunded" in mail.raw for mail in world.smtp.mails())
    verified(world, tmp_path)


def test_what_must_not_stand_in_an_order_is_refused_with_its_place(shared_engine):
    for objects, status, pointer in (
            ({"payment": '{"card":{"number":["4111 1111-1111 1111"]}}'}, 422, "/payment/card/number/0"),
            ({"payment": '{"number":4.111111111111111e15}'}, 422, "/payment/number"),
            ({"metadata": '{"k":"' + "x" * 4089 + '"}'}, 422, "/metadata"),
            ({"metadata": '{"a":1,"a":2}'}, 400, "/metadata/a"),
            ({"shipping": "[]"}, 422, "/shipping")):
        answer = shared_engine.post(body(objects))
        assert (answer.status_code, answer.json()["pointer"]) == (status, pointer), answer.text
