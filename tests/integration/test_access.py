"""Who may do what: tokens and their scopes."""

import hashlib

import pytest

from harness.shop import shop_order

SECRETS = {"shop": "secret-of-shop", "boss": "secret-of-boss", "both": "secret-of-both"}
SCOPES = {"shop": ["orders"], "boss": ["admin"], "both": ["orders", "admin"]}
TOKENS = {"http": {"tokens": [
    {"name": name, "sha256": hashlib.sha256(secret.encode()).hexdigest(), "scopes": SCOPES[name]}
    for name, secret in SECRETS.items()]}}


def bearer(name):
    return {"Authorization": f"Bearer {SECRETS[name]}"}


@pytest.fixture
def guarded(world):
    return world.engine(TOKENS).start()


NOBODY = [
    {}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}, {"Authorization": "secret-of-shop"},
    {"Authorization": "Basic c2hvcDpzaG9wLXNlY3JldA=="}, {"Authorization": "Bearer shop-secre"},
    {"Authorization": "Bearer secret-of-shops"},
    {"Authorization": "Bearer " + hashlib.sha256(b"secret-of-shop").hexdigest()}]


def test_without_a_known_token_it_is_401(guarded, world):
    for headers in NOBODY:
        for answer in (guarded.post(shop_order(), **headers), guarded.get("/v1/orders", **headers),
                       guarded.get("/v1/events", **headers)):
            assert answer.status_code == 401, headers
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    assert [record.type for record in world.records()] == ["EpochStarted"]


def test_scope_orders_places_and_reads(guarded):
    for name in ("shop", "both"):
        answer = guarded.post(shop_order(), **bearer(name))
        assert answer.status_code == 202
        assert guarded.get(answer.headers["Location"], **bearer(name)).status_code == 200
        assert guarded.get("/v1/orders", **bearer(name)).status_code == 200


def test_scheme_name_is_case_insensitive(guarded):
    assert guarded.post(shop_order(), Authorization=f"bearer {SECRETS['shop']}").status_code == 202


def test_missing_scope_is_403(guarded, world):
    answer = guarded.post(shop_order(), **bearer("boss"))
    assert answer.status_code == 403
    assert answer.headers["Content-Type"].split(";")[0] == "application/problem+json"
    assert guarded.get("/v1/orders", **bearer("boss")).status_code == 403
    assert [record.type for record in world.records()] == ["EpochStarted"]


def test_scope_admin_sends_on_and_sets_stock(guarded):
    order_id = guarded.post(shop_order(), **bearer("shop")).json()["orderId"]
    paths = {"cancel": ("POST", f"/v1/orders/{order_id}/cancel"), "retry": ("POST", f"/v1/orders/{order_id}/retry"),
             "get": ("GET", "/v1/stock/keyboard"), "put": ("PUT", "/v1/stock/keyboard")}

    def status(what, headers):
        method, path = paths[what]
        body = {"onHand": 5} if what == "put" else None
        return guarded.session.request(method, guarded.base + path, json=body, headers=headers, timeout=10).status_code

    for what in paths:
        assert [status(what, headers) for headers in ({}, {"Authorization": "Bearer wrong"})] == [401, 401], what
    assert [status(what, bearer("shop")) for what in ("retry", "put")] == [403, 403]
    assert [status(what, bearer("boss")) for what in ("cancel", "get")] == [403, 403]
    assert status("put", bearer("boss")) == 200
    assert status("get", bearer("shop")) == 200
    assert status("retry", bearer("boss")) == 409  # nothing is parked, but it was allowed to ask
    assert status("cancel", bearer("shop")) in (202, 409)


def test_health_and_metrics_are_open(guarded):
    for path in ("/livez", "/readyz", "/metrics"):
        assert guarded.get(path).status_code == 200
