"""What the shop sends, and what Redis then holds."""

import json


def shop_order(**changes):
    """The shop's payload as it sends it today; a field set to None is left out."""
    order = {"userId": "a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2", "userEmail": "you@example.com", "item": "keyboard",
             "amount": 49.99, **changes}
    return {key: value for key, value in order.items() if value is not None}


def placed(engine, **changes):
    """The id of an order that was taken."""
    answer = engine.post(shop_order(**changes))
    assert answer.status_code == 202, answer.text
    return answer.json()["orderId"]


def types(order):
    """Of its steps, as GET shows them."""
    return [step["type"] for step in order["steps"]]


def redis_value(client, key):
    """Whatever lies at `key`, as Python sees it: the contract names the keys, not the Redis type of each."""
    kind = client.type(key)
    if kind == "none":
        return None
    if kind == "string":
        text = client.get(key)
        return json.loads(text) if text[:1] in "{[" else text
    if kind == "hash":
        return client.hgetall(key)
    if kind == "set":
        return client.smembers(key)
    if kind == "zset":
        return client.zrange(key, 0, -1)
    assert kind == "list", f"{key} is a {kind}"
    return client.lrange(key, 0, -1)


def checkpoint_offset(client):
    checkpoint = redis_value(client, "saga:0:checkpoint")
    return int(checkpoint["offset"]) if checkpoint and "offset" in checkpoint else None  # a fence alone may be there
