"""Reading orders, and the refusals a well-behaved client meets."""

import json
import uuid

import pytest
import requests

from harness.raw import Connection, request
from harness.shop import shop_order
from harness.wait import until


def problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    return body


def test_listing_walks_all_orders_newest_first_and_filters_by_status(engine):
    several = [engine.post(shop_order(amount=number + 1)).json()["orderId"] for number in range(25)]
    for order_id in several:
        engine.completed(order_id)
    seen, cursor = [], None
    while True:
        page = engine.get("/v1/orders?limit=10" + (f"&cursor={cursor}" if cursor else "")).json()
        assert len(page["data"]) <= 10
        seen += [order["orderId"] for order in page["data"]]
        cursor = page["nextCursor"]
        if not cursor:
            break
    assert seen == several[::-1]
    assert len(engine.get("/v1/orders?status=completed&limit=100").json()["data"]) == len(several)
    assert engine.get("/v1/orders?status=placed").json()["data"] == []


def test_unfinished_orders_are_listed(world):
    world.smtp.answer = lambda mail: "451 not now"
    engine = world.engine({"mail": {"retry": {"backoff": "1h", "backoff_max": "1h", "deadline": "24h"}}}).start()
    order_id = engine.post(shop_order(), Prefer="wait=1").json()["orderId"]
    assert [order["orderId"] for order in engine.get("/v1/orders?status=shipped").json()["data"]] == [order_id]
    assert engine.get("/v1/orders?status=completed").json()["data"] == []


def remembered(page):
    """Without when the engine saw each step acknowledged, which the next one does not know."""
    for order in page["data"]:
        assert [one["step"] for one in order.pop("acked")] == list(range(1, len(order["steps"]) + 1))
    return page


def test_the_listing_is_the_same_over_a_restart_and_a_page_from_before_is_gone_on_with(world):
    settings = {"payment": {"simulate": {"decline_over": "1000.00"}}}
    first = world.engine(settings).start()
    ids = [first.post(shop_order(amount=2000 if number % 5 == 4 else 20)).json()["orderId"] for number in range(30)]
    cancelled = ids[4::5]
    for order_id in ids:
        first.reaches(order_id, "cancelled" if order_id in cancelled else "completed")
    until(lambda: first.metric("saga_orders_live") == 0, 20, "stored")
    before = remembered(first.get("/v1/orders?limit=500").json())
    page = remembered(first.get("/v1/orders?limit=7").json())
    assert [order["orderId"] for order in before["data"]] == ids[::-1]
    assert first.stop() == 0
    again = world.engine(settings).start()
    assert again.get("/v1/orders?limit=500").json() == before
    newer = again.post(shop_order()).json()["orderId"]
    again.completed(newer)
    walked = page["data"]
    while page["nextCursor"]:
        page = again.get(f"/v1/orders?limit=7&cursor={page['nextCursor']}").json()
        walked += page["data"]
    assert walked == before["data"]
    assert again.listed("cancelled") == cancelled[::-1]
    assert again.listed("completed")[0] == newer
    assert again.stop() == 0


def test_orders_are_found_by_id_reference_and_address_over_a_restart(world):
    first = world.engine().start()
    wanted = first.post(shop_order(reference="R-1 \u00e4 50%", userEmail="a+b@example.com")).json()["orderId"]
    other = first.post(shop_order(reference="R-2")).json()["orderId"]
    for order_id in (wanted, other):
        first.completed(order_id)

    def check(engine):
        for text in (wanted, "R-1 \u00e4 50%", "a+b@example.com"):
            page = requests.get(engine.base + "/v1/orders", params={"q": text}, timeout=10).json()
            assert [order["orderId"] for order in page["data"]] == [wanted]
        assert engine.get("/v1/orders?q=R-3").json() == {"data": [], "nextCursor": None}
        assert engine.get("/v1/orders?reason=out_of_stock").json()["data"] == []

    check(first)
    assert first.stop() == 0
    check(world.engine().start())


def test_orders_that_have_left_memory_are_found_by_their_reference_as_long_as_they_are_kept(world):
    redis, first = world.redis.client, world.engine().start()
    place = lambda reference: first.completed(first.post(shop_order(reference=reference)).json()["orderId"])["orderId"]
    ids = [place("R-1 \u00e4"), place("R-1 \u00e4"), place("R-2")]
    until(lambda: redis.llen("saga:0:recent") == 3, 20, "stored")
    assert first.stop() == 0
    # As if as many others had ended behind the first two as the listing shows.
    for order_id in ids[:2]:
        redis.lrem("saga:0:recent", 1, order_id)
    redis.hincrby("saga:0:checkpoint", "recent", -2)
    second = world.engine().start()
    assert [order["orderId"] for order in second.get("/v1/orders").json()["data"]] == ids[2:]

    def found(reference, **more):
        page = requests.get(second.base + "/v1/orders", params={"q": reference, **more}, timeout=10).json()
        return [order["orderId"] for order in page["data"]], page["nextCursor"]

    assert found("R-1 \u00e4") == (ids[1::-1], None)
    assert found("R-1 \u00e4", status="cancelled") == ([], None)
    newest, cursor = found("R-1 \u00e4", limit=1)
    assert newest == ids[1:2] and found("R-1 \u00e4", cursor=cursor) == (ids[:1], None)
    third = second.completed(second.post(shop_order(reference="R-1 \u00e4")).json()["orderId"])["orderId"]
    assert found("R-1 \u00e4")[0] == [third, *ids[1::-1]]
    until(lambda: redis.lindex("saga:0:recent", 0) == third, 20, "stored")
    assert redis.expiretime("saga:0:reference:R-1 \u00e4") == redis.expiretime(f"saga:order:{third}") > 0
    assert redis.expiretime("saga:0:reference:R-2") == redis.expiretime(f"saga:order:{ids[2]}") > 0
    redis.pexpire(f"saga:order:{ids[1]}", 1)
    until(lambda: not redis.exists(f"saga:order:{ids[1]}"), 20, "expired")
    assert found("R-1 \u00e4") == ([third, ids[0]], None)


def test_the_mails_of_an_order_are_shown_as_they_were_sent_over_a_restart(world, tmp_path):
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    settings = {"mail": {"url": f"dir:{outbox}"}, "payment": {"simulate": {"decline_over": "1000.00"}}}
    first = world.engine(settings).start()
    ids = [first.post(shop_order(reference="N\u00b0 1", amount=amount)).json()["orderId"] for amount in (20, 2000)]
    for order_id, status in zip(ids, ("completed", "cancelled"), strict=True):
        first.reaches(order_id, status)
        assert first.mail_again(order_id).status_code == 202
        first.reaches(order_id, status)
    sent = lambda order_id: [file.read_bytes() for file in outbox.glob("*.eml") if order_id in file.name]
    until(lambda: [len(sent(order_id)) for order_id in ids] == [2, 2], 20, "each mail twice")

    def shown(engine, order_id):
        return [mail["message"].encode() for mail in engine.get(f"/v1/orders/{order_id}/mails").json()["data"]]

    for order_id in ids:
        assert sorted(shown(first, order_id)) == sorted(sent(order_id))
    assert first.stop() == 0
    second = world.engine(settings).start()
    for order_id in ids:
        assert sorted(shown(second, order_id)) == sorted(sent(order_id))


@pytest.mark.parametrize("query", ["status=unheard", "status=", "reason=", "q=", "limit=0", "limit=-1", "limit=x", "limit=1e9", "cursor=%00",
                                   "cursor=nonsense!", "cursor=17", "cursor=o"])
def test_listing_refuses_what_it_does_not_understand(shared_engine, query):
    assert shared_engine.get(f"/v1/orders?{query}").status_code in (400, 422)


def test_etag_saves_the_second_transfer(shared_engine):
    one, other = [shared_engine.post(shop_order()).json()["orderId"] for _ in range(2)]
    for order_id in (one, other):
        shared_engine.completed(order_id)
    path = f"/v1/orders/{one}"
    first = shared_engine.get(path)
    again = shared_engine.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert shared_engine.get(path, If_None_Match='"another"').status_code == 200
    assert shared_engine.get(f"/v1/orders/{other}").headers["ETag"] != first.headers["ETag"]


def test_unknown_order_and_path_are_404(shared_engine):
    problem(shared_engine.get(f"/v1/orders/{uuid.uuid4()}"), 404)
    problem(shared_engine.get("/v1/nothing"), 404)
    problem(shared_engine.get("/v1/orders/not-a-uuid"), 404)


@pytest.mark.parametrize("method, path, allowed", [
    ("DELETE", "/v1/orders", {"GET", "POST"}), ("GET", "/create-order", {"POST"}), ("PUT", "/v1/orders", {"GET", "POST"}),
    ("POST", "/livez", {"GET"}), ("POST", "/v1/events", {"GET"}), ("PATCH", "/metrics", {"GET"}),
    ("DELETE", "/v1/orders/a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2", {"GET"}),
    ("GET", "/v1/orders/a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2/cancel", {"POST"}),
    ("PUT", "/v1/orders/a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2/retry", {"POST"}),
    ("POST", "/v1/stock/keyboard", {"GET", "PUT"})])
def test_wrong_method_is_405_with_allow(shared_engine, method, path, allowed):
    answer = requests.request(method, shared_engine.base + path, timeout=10)
    problem(answer, 405)
    assert allowed <= {name.strip() for name in answer.headers["Allow"].split(",")}
    assert method not in answer.headers["Allow"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml",
                                  "multipart/form-data; boundary=x", "application/jsonp", "json"])
def test_content_type_that_is_not_json_is_415(shared_engine, kind):
    problem(shared_engine.post(shop_order(), Content_Type=kind), 415)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_content_type_is_taken_however_written(shared_engine, kind):
    assert shared_engine.post(shop_order(), Content_Type=kind).status_code == 202


def test_absent_content_type_is_taken(shared_engine):
    with Connection(shared_engine.port) as connection:
        connection.send(request("POST", "/v1/orders", json.dumps(shop_order()).encode()))
        assert connection.answer().status == 202


@pytest.mark.parametrize("change, pointer", [
    ({"userEmail": "nobody"}, "/userEmail"), ({"userId": ""}, "/userId"), ({"amount": -1}, "/amount"),
    ({"amount": True}, "/amount"), ({"item": 5}, "/item"), ({"surprise": 1}, "/surprise"),
    ({"currency": "XYZ"}, "/currency"),
    ({"item": None, "amount": None, "items": [{"sku": "a", "quantity": 0, "price": 1}]}, "/items/0/quantity")])
def test_refusal_points_to_the_field(shared_engine, change, pointer):
    answer = shared_engine.post(shop_order(**change))
    assert answer.status_code in (400, 422), answer.text
    assert pointer in json.dumps(problem(answer, answer.status_code))


def test_health_metrics_documents_and_page(shared_engine):
    assert shared_engine.get("/livez").status_code == 200
    assert shared_engine.get("/readyz").status_code == 200
    metrics = shared_engine.get("/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain")
    assert "# TYPE " in metrics.text
    assert shared_engine.get("/openapi.json").json()["openapi"].startswith("3.")
    assert shared_engine.get("/asyncapi.json").json()["asyncapi"]
    page = shared_engine.get("/")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
