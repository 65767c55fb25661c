"""The order id is the one identity: given by the client, derived from the key, or new."""

import concurrent.futures
import hashlib
import json
import threading
import uuid

import pytest

from harness.shop import shop_order
from harness.topic import SAGA, chains

TOKENS = {name: f"secret-of-{name}" for name in ("shop", "market")}
WITH_TOKENS = {"http": {"tokens": [
    {"name": name, "sha256": hashlib.sha256(token.encode()).hexdigest(), "scopes": ["orders"]}
    for name, token in TOKENS.items()]}}


def placed(answer):
    assert answer.status_code == 202, answer.text
    return answer.json()["orderId"]


@pytest.mark.parametrize("again", ["abc-1", '"abc-1"'])
def test_same_key_and_body_replays_the_first_answer(engine, world, again):
    first = engine.post(shop_order(), Idempotency_Key="abc-1")
    order_id = placed(first)
    assert "Idempotent-Replayed" not in first.headers
    second = engine.post(shop_order(), Idempotency_Key=again)
    assert placed(second) == order_id
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Location"] == first.headers["Location"]
    engine.completed(order_id)
    third = engine.post(shop_order(), Idempotency_Key=again)
    assert placed(third) == order_id
    assert third.headers["Idempotent-Replayed"] == "true"
    assert chains(world.records()) == {order_id: SAGA}


def test_same_key_with_another_body_is_422(engine, world):
    order_id = placed(engine.post(shop_order(), Idempotency_Key="abc-2"))
    other = engine.post(shop_order(amount=50), Idempotency_Key="abc-2")
    assert other.status_code == 422
    assert other.headers["Content-Type"].split(";")[0] == "application/problem+json"
    engine.completed(order_id)
    assert engine.post(shop_order(amount=50), Idempotency_Key="abc-2").status_code == 422
    assert chains(world.records()) == {order_id: SAGA}


def test_same_body_in_other_bytes_is_another_body(shared_engine):
    placed(shared_engine.post(shop_order(), Idempotency_Key="abc-3"))
    assert shared_engine.post(json.dumps(shop_order(), indent=1), Idempotency_Key="abc-3").status_code == 422


def test_without_a_key_the_same_body_is_another_order(shared_engine):
    assert placed(shared_engine.post(shop_order())) != placed(shared_engine.post(shop_order()))


def test_fifty_clients_with_one_key_make_one_order(engine, world):
    start = threading.Barrier(50)

    def submit(_):
        start.wait(30)
        return engine.post(shop_order(), Idempotency_Key="one-of-fifty")

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(submit, range(50)))
    assert {answer.status_code for answer in answers} == {202}
    [order_id] = {answer.json()["orderId"] for answer in answers}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    engine.completed(order_id)
    assert chains(world.records()) == {order_id: SAGA}
    assert len(world.smtp.mails()) == 1


def test_order_id_of_the_client_is_the_order_id(engine, world):
    order_id = str(uuid.uuid4())
    assert placed(engine.post(shop_order(orderId=order_id))) == order_id
    again = engine.post(shop_order(orderId=order_id))
    assert placed(again) == order_id
    assert again.headers["Idempotent-Replayed"] == "true"
    assert engine.post(shop_order(orderId=order_id, amount=1)).status_code == 422
    engine.completed(order_id)
    assert chains(world.records()) == {order_id: SAGA}


@pytest.mark.parametrize("order_id", ["", "x", "123", "a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3bz", 5, None,
                                      "a7f3e2c98b1f4d23bb0f9a1e97c1a3b2ff", "{a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2}"])
def test_order_id_that_is_no_uuid_is_refused(shared_engine, order_id):
    answer = shared_engine.post({**shop_order(), "orderId": order_id})
    assert answer.status_code in (400, 422)
    assert "orderId" in answer.text


@pytest.mark.parametrize("key", ["", '""', "k" * 256, '"unclosed', "tab\there"])
def test_key_out_of_bounds_is_refused(shared_engine, key):
    answer = shared_engine.post(shop_order(), Idempotency_Key=key)
    assert answer.status_code in (400, 422), answer.text


def test_longest_key_is_taken(shared_engine):
    placed(shared_engine.post(shop_order(), Idempotency_Key="k" * 255))


def test_id_from_a_key_is_a_uuid_v8_and_the_same_in_every_engine(engine, world, redis_server):
    keys = ["a", "b", "key-17", "k" * 255]
    first = [placed(engine.post(shop_order(), Idempotency_Key=key)) for key in keys]
    assert all(uuid.UUID(order_id).version == 8 for order_id in first)
    assert all(uuid.UUID(order_id).variant == uuid.RFC_4122 for order_id in first)
    assert len(set(first)) == len(keys)
    assert engine.stop() == 0
    redis_server.client.flushall()
    other = world.engine({"kafka": {"topic": world.topic + "-other"}}).start()
    assert [placed(other.post(shop_order(), Idempotency_Key=key)) for key in keys] == first
    for order_id in first:
        other.completed(order_id)


def test_same_key_of_two_tokens_makes_two_orders(world):
    engine = world.engine(WITH_TOKENS).start()
    ids = [placed(engine.post(shop_order(), Idempotency_Key="shared", Authorization=f"Bearer {token}"))
           for token in TOKENS.values()]
    assert len(set(ids)) == 2


def test_key_is_recognised_after_a_restart(world):
    engine = world.engine().start()
    order_id = placed(engine.post(shop_order(), Idempotency_Key="kept"))
    engine.completed(order_id)
    assert engine.stop() == 0
    second = world.engine().start()
    again = second.post(shop_order(), Idempotency_Key="kept")
    assert placed(again) == order_id
    assert again.headers["Idempotent-Replayed"] == "true"
    assert second.post(shop_order(amount=1), Idempotency_Key="kept").status_code == 422
    assert second.order(order_id)["status"] == "completed"
    assert chains(world.records()) == {order_id: SAGA}
