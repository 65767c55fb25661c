"""The shop's side: threads that place orders in every way there is, try again as the contract allows, change their minds,
look, and set stock; and write down every answer."""

import collections
import http.client
import json
import random
import threading
import time

from history import Exchange
from orders import SKUS, Order

TIMEOUT = 12  # longer than the engine's ack_deadline: no answer by then is none
PATIENCE = 40  # seconds that one order is tried for, faults included


class Link:
    """Keep-alive connections to the engines; whoever refuses is left for the next one."""

    def __init__(self, ports):
        self._ports = ports
        self._at = 0
        self._connections = {}

    @property
    def port(self):
        return self._ports[self._at % len(self._ports)]

    def turn(self):
        self._at += 1

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, document) or (None, {}, {}) when there was no whole answer."""
        connection = self._connections.get(self.port)
        if connection is None:
            connection = self._connections[self.port] = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            del self._connections[self.port]
            return None, {}, {}
        try:
            document = json.loads(text) if text else {}
        except ValueError:
            document = {}
        return answer.status, answer.headers, document


class Client(threading.Thread):
    """Places orders until told to stop, and then finishes the one it is at."""

    def __init__(self, number, seed, ports, history, began, pause, cards=(None, None)):
        super().__init__(name=f"client-{number}", daemon=True)
        self.number = number
        self.stopping = threading.Event()
        self._random = random.Random(f"{seed}/{number}")
        self._link = Link(ports)
        self._history = history
        self._began = began
        self._pause = pause
        self._cards = cards  # good, declined
        self._count = 0
        self._mine = collections.deque(maxlen=30)  # (order id, how to ask for it again or None)

    def run(self):
        while not self.stopping.is_set():
            choice = self._random.random()
            if choice < 0.30:
                self.place()
            elif choice < 0.50:
                self.place(key=True)
            elif choice < 0.65:
                self.place(own_id=True)
            elif choice < 0.70:
                self.place(key=True, wait=True)
            elif choice < 0.82:
                self.cancel()
            elif choice < 0.90:
                self.look()
            elif choice < 0.93:
                self.mail_again()
            else:
                self.repeat()
            self.stopping.wait(self._random.uniform(0, 2 * self._pause))

    def _record(self, kind, status, **fields):
        exchange = Exchange(kind, self.number, round(time.monotonic() - self._began, 3), self._link.port, status, **fields)
        self._history.add(exchange)
        if status is None or status in (503, 504):
            self._link.turn()
            # After the end only what is under way is tried again, so this need not be interruptible.
            time.sleep(self._random.uniform(0.02, 0.2))
        return exchange

    def place(self, key=False, own_id=False, wait=False):
        self._count += 1
        order = Order(self._random, self.number, self._count, own_id, *self._cards)
        key = f"key-{order.tag}" if key else ""
        until = time.monotonic() + PATIENCE
        while True:
            exchange = self._post(order, key, wait)
            if exchange.status in (200, 202):
                self._mine.append((exchange.answered_id, (order, key) if key or own_id else None))
                return
            # Without a key or an id of its own only a 503 may be sent again, as another order for all the checker knows.
            if exchange.status not in (None, 503, 504) or not (key or own_id) or time.monotonic() > until:
                return

    def _post(self, order, key, wait=False):
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        if wait:
            headers["Prefer"] = "wait=5"
        status, answered, document = self._link.ask("POST", "/v1/orders", order.body, headers)
        return self._record("place", status, tag=order.tag, key=key, order_id=order.order_id, amount_minor=order.amount_minor,
                            said=order.said, answered_id=str(document.get("orderId", "")),
                            answered_status=str(document.get("status", "")) if status in (200, 202) else "",
                            replayed=(answered.get("Idempotent-Replayed") or "") == "true")

    def cancel(self):
        if not self._mine:
            return
        order_id, _ = self._mine[-1] if self._random.random() < 0.7 else self._random.choice(self._mine)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            status, _, _ = self._link.ask("POST", f"/v1/orders/{order_id}/cancel")
            if self._record("cancel", status, order_id=order_id).status not in (None, 503, 504):
                return

    def mail_again(self):
        if self._mine:
            order_id, _ = self._random.choice(self._mine)
            status, _, _ = self._link.ask("POST", f"/v1/orders/{order_id}/mail")
            self._record("again", status, order_id=order_id)

    def look(self):
        if self._mine:
            order_id, _ = self._random.choice(self._mine)
            status, _, document = self._link.ask("GET", f"/v1/orders/{order_id}")
            self._record("look", status, order_id=order_id, answered_status=str(document.get("status", "")) if status == 200 else "")

    def repeat(self):
        """The same key or id again, long after its answer."""
        again = [how for _, how in self._mine if how]
        if again:
            self._post(*self._random.choice(again))


class Storekeeper(threading.Thread):
    """Sets stock, each time to a number that was never there before, so that each is found on the topic or is not."""

    def __init__(self, seed, ports, history, began):
        super().__init__(name="storekeeper", daemon=True)
        self.stopping = threading.Event()
        self._random = random.Random(f"{seed}/stock")
        self._link = Link(ports)
        self._history = history
        self._began = began
        self._next = 0

    def run(self):
        for sku in SKUS:
            self.put(sku)
        while not self.stopping.wait(self._random.uniform(0.2, 1.0)):
            self.put(self._random.choice(SKUS))

    def put(self, sku):
        self._next += 1
        on_hand = 10 * self._next + self._random.randint(0, 9)
        status, _, _ = self._link.ask("PUT", f"/v1/stock/{sku}", json.dumps({"onHand": on_hand}),
                                      {"Content-Type": "application/json"})
        self._history.add(Exchange("stock", -1, round(time.monotonic() - self._began, 3), self._link.port, status, sku=sku,
                                   on_hand=on_hand))
        if status is None or status in (503, 504):
            self._link.turn()
