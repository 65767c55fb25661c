"""Orders under load, and what must have come of them in the end."""

import contextlib
import itertools
import json
import threading
import time

import requests

from .raw import Connection, post, request
from .shop import shop_order
from .topic import SAGA, chains, valid
from .wait import until


class Shop:
    """Clients that place orders with keys of their own, again with the same key until they are told, as a shop does."""

    def __init__(self, engine, clients=4):
        self.engine = engine
        self.accepted = {}  # key -> order id
        self.refusals = []  # what else they were told: a status, or None where the connection broke
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._client, args=(number,)) for number in range(clients)]
        for thread in self._threads:
            thread.start()

    def _client(self, number):
        count = 0
        while not self._stop.is_set():
            count += 1
            order_id = self._place(f"client-{number}-{count}")
            if order_id is None:
                return

    def _place(self, key):
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            try:
                answer = requests.post(f"{self.engine.base}/v1/orders", json=shop_order(),
                                       headers={"Idempotency-Key": key}, timeout=30)
            except requests.RequestException:
                self.refusals.append(None)
                time.sleep(0.05)
                continue
            if answer.status_code == 202:
                with self._lock:
                    self.accepted[key] = answer.json()["orderId"]
                return self.accepted[key]
            assert answer.status_code in (503, 504), answer.text
            self.refusals.append(answer.status_code)
            time.sleep(0.05)
        raise AssertionError(f"no answer for {key}")

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(90)
            assert not thread.is_alive()
        return self.accepted


def answers(engine, asked, connections=8, depth=16):
    """Asks tens of thousands of raw requests in seconds, pipelined on a few connections; yields the answers in their order."""
    asked = iter(asked)
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(Connection(engine.port)) for _ in range(connections)]
        while batch := list(itertools.islice(asked, connections * depth)):
            parts = [batch[at:at + depth] for at in range(0, len(batch), depth)]
            for connection, part in zip(opened, parts):
                connection.send(b"".join(part))
            for connection, part in zip(opened, parts):
                yield from (connection.answer() for _ in part)


def placed_many(engine, count, **changes):
    """The ids of so many orders, all of them alike and taken."""
    found = []
    for answer in answers(engine, itertools.repeat(post(json.dumps(shop_order(**changes)).encode()), count)):
        assert answer.status == 202, answer
        found.append(json.loads(answer.body)["orderId"])
    return found


def orders(engine, ids):
    """What GET says of each."""
    asked = (request(target=f"/v1/orders/{order_id}") for order_id in ids)
    return [json.loads(answer.body) for answer in answers(engine, asked)]


def all_end(engine, count, seconds=60):
    until(lambda: engine.metric("saga_orders_live") == 0, seconds, f"{count} orders ended")


def assert_ended_once(world, accepted):
    """By the log alone: each order's events are one whole way, and its mail was sent at least once, the same each time."""
    found = chains(valid(world.records()))
    assert set(accepted) <= set(found)
    assert {tuple(chain) for chain in found.values()} == {tuple(SAGA)}
    mails = {}
    for mail in world.smtp.mails():
        mails.setdefault(mail.message_id, set()).add(mail.raw)
    assert set(mails) == {f"<shipping-confirmation.{order_id}@example.com>" for order_id in found}
    assert all(len(versions) == 1 for versions in mails.values()), "a mail sent again differs"


def assert_redis_is_the_fold(world):
    """What Redis holds is what the log says, whoever wrote it."""
    for order_id, chain in chains(valid(world.records())).items():
        document = world.redis.client.get(f"saga:order:{order_id}")
        assert document is not None, order_id
        assert [f'"type":"{kind}"' in document for kind in chain] == [True] * len(chain)
        assert '"status":"completed"' in document
    assert world.redis.client.scard("saga:0:live") == 0
