"""The engine of an earlier commit (ENGINE_BEFORE) and today's (ENGINE_BINARY) take a topic and its Redis over from each other,
there and back: with orders that end well, that fail at every step, that are parked, that wait for a participant, and that are
under way when the engine is killed. Each ends as it should, whoever began it."""

import os
import re
from collections import defaultdict
from pathlib import Path

import pytest
from harness.engine import BINARY, verify
from harness.scripted import QUICK, Call, Scripted
from harness.shop import placed, types
from harness.wait import until

BEFORE = Path(os.environ.get("ENGINE_BEFORE", "engine-before"))

WELL = ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingConfirmed", "NotificationSent"]
DECLINED = ["OrderPlaced", "PaymentNotAuthorized", "OrderCancelled", "NotificationSent"]
SOLD_OUT = ["OrderPlaced", "PaymentConfirmed", "InventoryInsufficient", "PaymentRefunded", "OrderCancelled", "NotificationSent"]
BROKEN = ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingFailed", "InventoryReleased", "PaymentRefunded",
          "OrderCancelled", "NotificationSent"]
PARKED = [*BROKEN[:5], "OrderParked"]
SENT_ON = [*PARKED, "OrderResumed", *BROKEN[5:]]
WAITING = WELL[:3]
CALLED_OFF = [*WAITING, "ShippingUnresolved", "ShippingRecalled", *BROKEN[4:]]


class World:
    """Both engines, one after the other, and what each order has come to: its status and the types of its events."""

    def __init__(self, world, participant):
        self.world, self.participant = world, participant
        self.refunds, self.delivered = set(), set()
        self.sent_on_by_this = []
        self.expected = {}
        self.engine = None
        participant.script = self.answer
        self.changes = {"payment": {**participant.settings, "retry": {**QUICK, "deadline": "500ms"}},
                        "shipping": {**participant.settings, "retry": QUICK, "answer_deadline": "1h"}}

    def answer(self, call: Call):
        order = call.event["data"]["order"]
        sku = order["item"]
        if call.turn == "payment.charge" and sku == "gold":
            return 200, {"type": "PaymentNotAuthorized", "reason": "card_declined"}
        if call.turn == "payment.undo" and sku == "vase" and call.order_id not in self.refunds:
            return 500, {}
        if call.turn == "shipping.ship" and sku in ("glass", "vase"):
            return 200, {"type": "ShippingFailed", "reason": "broken"}
        if call.turn == "shipping.ship" and sku == "piano" and call.order_id not in self.delivered:
            return 202, {}
        return call.done()

    def hand_over_to(self, binary):
        self.engine = self.world.engine(self.changes)
        self.engine.binary = binary
        self.engine.start()

    def place(self, sku, status, events, **changes):
        order_id = placed(self.engine, item=sku, **changes)
        self.expected[order_id] = (status, events)
        return order_id

    def unlike(self):
        """Orders that are not (yet) as they should be: what they are, and should be."""
        found = {}
        for order_id, expected in self.expected.items():
            order = self.engine.order(order_id)
            so_far = (order["status"], types(order)) if order else None
            if so_far != expected:
                found[order_id] = (so_far, expected)
        return found

    def all_as_expected(self):
        try:
            until(lambda: not self.unlike(), 60, "every order as expected")
        except AssertionError as late:
            raise AssertionError(f"{late}: {self.unlike()}") from None

    def shown(self):
        """What each engine shows alike: status, reason and steps as they are on the topic."""
        orders = (self.engine.order(order_id) for order_id in self.expected)
        return {order["orderId"]: (order["status"], order.get("reason"),
                                   [(step["step"], step["type"], step["offset"], step["at"]) for step in order["steps"]])
                for order in orders}

    def send_on(self, order_id):
        self.refunds.add(order_id)
        assert self.engine.retry(order_id).status_code == 202
        self.expected[order_id] = ("cancelled", SENT_ON)
        if self.engine.binary == BINARY:
            self.sent_on_by_this.append(order_id)

    def verify(self, binary):
        return verify(self.world.redis.folder, self.engine.config, binary)

    def name_who_sent_on(self, orders):
        """Writes into their documents what a --verify from before OrderResumed said `by` whom takes for a participant's
        answer, which a document keeps. Who asked the last time is no part of an order, so this engine's have it in the
        event alone."""
        redis = self.world.redis.client
        for order_id in orders:
            document = redis.get(f"saga:order:{order_id}")
            resumed = '{"type":"OrderResumed","by":"customer"}]}'
            said = document[:-2] + "," if document.endswith("}]}") and '"said":[' in document else document[:-1] + ',"said":['
            redis.set(f"saga:order:{order_id}", said + resumed, keepttl=True)

    def deliver(self, order_id):
        self.delivered.add(order_id)
        self.expected[order_id] = ("completed", WELL)

    def call_off(self, order_id):
        assert self.engine.cancel(order_id).status_code == 202
        self.expected[order_id] = ("cancelled", CALLED_OFF)


@pytest.fixture
def both(world):
    assert BEFORE.is_file(), f"no engine at {BEFORE}: tests/upgrade/run builds it"
    participant = Scripted()
    yield World(world, participant)
    participant.stop()
    assert participant.problems == []


def test_two_versions_hand_a_topic_and_its_redis_to_and_fro(both, capsys):
    held = []  # by each engine: for another one to end
    for number, binary in enumerate([BEFORE, BINARY, BEFORE, BINARY]):
        before = both.shown() if number in (1, 3) else None
        if before:
            assert both.engine.stop() == 0
        both.hand_over_to(binary)
        if before:
            assert both.shown() == before
        both.all_as_expected()

        for parked, delivered, called_off, _ in held[-1:]:
            both.send_on(parked)
            both.deliver(delivered)
            both.call_off(called_off)
        both.all_as_expected()

        stock = both.engine.stock("lamp") or 0
        assert both.engine.put_stock("lamp", stock + 1).status_code in (200, 202)
        both.place("keyboard", "completed", WELL, reference=f"R-{number}", metadata={"cart": number})
        both.engine.completed(both.place("lamp", "completed", WELL))
        both.place("lamp", "cancelled", SOLD_OUT)
        both.place("gold", "cancelled", DECLINED)
        both.place("glass", "cancelled", BROKEN)
        held.append([both.place("vase", "parked", PARKED), both.place("piano", "reserved", WAITING),
                     both.place("piano", "reserved", WAITING), both.place("vase", "parked", PARKED)])
        both.all_as_expected()

        if number in (1, 3):  # killed with orders on their way, which the next one ends; the others stop
            for _ in range(50):
                both.place("keyboard", "completed", WELL)
            both.engine.kill()

    both.hand_over_to(BEFORE)
    parked, delivered, called_off, _ = held[-1]
    both.send_on(parked)
    both.deliver(delivered)
    both.call_off(called_off)
    for *_, forgotten in held:  # parked since, under every engine that came
        both.send_on(forgotten)
    both.all_as_expected()
    assert both.engine.stop() == 0

    bodies = defaultdict(set)
    for call in both.participant.calls:
        bodies[call.key].add(call.body)
    assert [key for key, sent in bodies.items() if len(sent) > 1] == []  # a key's bytes are the same, whoever calls
    template = {"completed": "shipping-confirmation", "cancelled": "order-cancelled"}
    assert {mail.message_id.strip("<>").split("@")[0] for mail in both.world.smtp.mails()} == \
        {f"{template[status]}.{order_id}" for order_id, (status, _) in both.expected.items()}
    done = both.verify(BINARY)
    assert done.returncode == 0, done.stdout + done.stderr
    done = both.verify(BEFORE)
    if done.returncode != 0:
        blamed = re.findall(r"^finding: order (\S+): Redis has another document than the log says", done.stdout, re.MULTILINE)
        assert sorted(blamed) == sorted(both.sent_on_by_this), done.stdout + done.stderr
        assert done.stdout.endswith(f"verified: {len(blamed)} findings\n"), done.stdout
        both.name_who_sent_on(blamed)
        done = both.verify(BEFORE)
        assert done.returncode == 0, done.stdout + done.stderr
        with capsys.disabled():
            print(f"\nupgrade: the earlier --verify looks in documents for who sent an order on, which those of {len(blamed)} orders "
                  "do not say since: OrderResumed does. With that written in it has no findings.")
