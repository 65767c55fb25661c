"""The README's failing orders: its lines are run as they stand, and what they say behind # is what happens."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from harness.engine import BINARY, Engine
from harness.process import Process
from harness.shop import types
from harness.wait import free_port, until

README = Path(__file__).parents[2] / "README.md"
CHAPTER = README.read_text().split("## See orders fail, be cancelled, wait\n")[1].split("\n## ")[0]
BLOCKS = CHAPTER.split("```\n")[1::2]
EVENT = re.compile(r"\b(?:Order|Payment|Inventory|Shipping|Mail)[A-Z]\w+")


class Dev(Engine):
    """`./run`'s engine with the arguments that the README gives it."""

    def launch(self):
        arguments = shlex.split(self.command.replace("\\\n", " "))[1:]
        self.process = Process([BINARY, "--dev", "--data", self.folder, "--set", f"http.listen=127.0.0.1:{self.port}",
                                *arguments], log=self.log)
        return self


@pytest.fixture
def dev(tmp_path, logs):
    engine = Dev(tmp_path / "data", logs / "engine.log", {"http": {"listen": f"127.0.0.1:{free_port()}"}})
    yield engine
    engine.kill()


def shell(engine, line):
    definition = next(text for text in BLOCKS[1].splitlines() if text.startswith("order() "))
    done = subprocess.run(["bash", "-c", f"S={engine.base}/v1\n{definition}\n{line}"], capture_output=True, text=True,
                          timeout=60, check=True)
    return json.loads(done.stdout)


def lines(block):
    """Of each line the command, and the events that its remark names."""
    for line in block.splitlines():
        command, _, remark = line.partition("#")
        yield command.strip(), EVENT.findall(remark)


def happened(engine, order):
    """Without the mail at the end."""
    return [name for name in types(engine.order(order)) if name != "NotificationSent"]


def test_the_readmes_failing_orders_come_to_what_it_says(dev):
    dev.command = BLOCKS[0]
    dev.start()
    expected, waiting = {}, None
    for command, events in lines(BLOCKS[1]):
        if command.startswith("order "):
            order = shell(dev, command)["orderId"]
            expected[order] = events
            if events == ["InventoryUpdated"]:
                waiting = order
        elif command.endswith("/cancel"):
            until(lambda: happened(dev, waiting)[-1] == "InventoryUpdated", 30, "the order reserved")
            assert shell(dev, command.replace("<orderId>", waiting))["orderId"] == waiting
        elif command.endswith("/mail"):
            ended = next(iter(expected))
            until(lambda: dev.order(ended)["status"] == "cancelled", 30, "the order's end")
            assert shell(dev, command.replace("<orderId>", ended))["orderId"] == ended
        elif command.startswith("curl"):
            assert shell(dev, command)["onHand"] == 1
    assert len(expected) == 4 and waiting
    for order, events in expected.items():
        until(lambda: dev.order(order)["status"] == "cancelled", 60, "the order cancelled")
        steps = [name for name in happened(dev, order) if name != "MailRequested"]
        if order == waiting:
            assert steps[2:] == ["InventoryUpdated", "OrderCancelRequested", "InventoryReleased", "PaymentRefunded",
                                 "OrderCancelled"]
        else:
            assert steps[-len(events):] == events


def comes_to(dev, order, *statuses):
    """The first of these statuses that the order has."""
    def status():
        found = dev.order(order)["status"]  # asked once: it may be another a moment later
        return found if found in statuses else None
    return until(status, 30, f"one of {statuses}")


def test_the_readmes_parked_order_waits_for_a_person_and_is_sent_on(dev):
    dev.command = BLOCKS[2]
    dev.start()
    place, retrying, parked, retry, retry_all = [command for command, _ in lines(BLOCKS[3])]
    order = None
    while order is None:  # nine in ten refunds fail, so soon one is parked
        placed = shell(dev, place)["orderId"]
        if comes_to(dev, placed, "parked", "cancelled") == "parked":
            order = placed
    assert happened(dev, order)[-3:] == ["ShippingFailed", "InventoryReleased", "OrderParked"]
    assert order in [one["orderId"] for one in shell(dev, parked)["data"]]
    assert "data" in shell(dev, retrying)
    assert shell(dev, retry_all)["rate"] == 10
    while comes_to(dev, order, "parked", "cancelled") == "parked":
        shell(dev, retry.replace("<orderId>", order))
    assert happened(dev, order)[-2:] == ["PaymentRefunded", "OrderCancelled"]
    assert "order parked: it waits for a person" in dev.process.output()
    assert "order resumed" in dev.process.output()
