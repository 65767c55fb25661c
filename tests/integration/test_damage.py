"""One list of damages to a topic, or to what Redis remembers of it: --verify names each, and a start is refused. Neither passes one
over. What may be gone from Redis itself, and is mended, is listed in test_redis_damage.py."""

import json
import re
from dataclasses import dataclass
from typing import Callable

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from harness.engine import merged
from harness.engine import verify as engine_verify
from harness.shop import checkpoint_offset, redis_value, shop_order
from harness.wait import until

REFUSED = 65
FRESH = "00000000-0000-4000-8000-000000000000"
PREFIX = {"events": {"type_prefix": "shop."}}
OTHER = {"events": {"type_prefix": "other."}}


def send(world, topic, *records):
    """Handmade records: (key, event, headers), an event as a dict or as text."""
    producer = Producer({"bootstrap.servers": world.broker.bootstrap})
    for key, event, headers in records:
        producer.produce(topic, key=key, value=event if isinstance(event, (bytes, str)) else json.dumps(event),
                         headers=headers)
    assert producer.flush(20) == 0


def last_event(world):
    return json.loads(world.records()[-1].value)


def next_event(world, **changes):
    """The record that would count next: the last one of the log, changed."""
    last = last_event(world)
    return {**last, "seq": str(int(last["seq"]) + 1), **changes}


def place(world, step=1, kind="OrderPlaced", order_id=FRESH, **data):
    """An event of an order that nobody has placed, as this engine would write it."""
    placed = next(json.loads(record.value) for record in world.records() if record.type == "shop.OrderPlaced")
    event = next_event(world, type=f"shop.{kind}", id=f"{order_id}.{step}", subject=order_id,
                       data={**placed["data"], "orderId": order_id, **data})
    send(world, world.topic, (order_id, event, None))


def copied_topic(world, keep):
    """A new topic with those of the records that `keep` names, and an empty Redis."""
    records = world.records()
    world.topic += "-copy"
    world.config["kafka"]["topic"] = world.topic
    admin = AdminClient({"bootstrap.servers": world.broker.bootstrap})
    admin.create_topics([NewTopic(world.topic, 1, 1)])[world.topic].result(20)
    send(world, world.topic, *((record.key, record.value, None) for record in records if keep(record)))
    world.redis.client.flushdb()


def earlier_fingerprint(world):
    world.redis.client.hset("saga:0:checkpoint", "fingerprint", f"{world.topic}/0")


@dataclass
class Damage:
    name: str
    do: Callable  # to a world with one completed order, nobody running
    says: str  # the pattern that --verify's finding holds
    refused_with: str | None = None  # what the start says; None: what --verify says
    changes: dict | None = None  # to the configuration, of --verify and of the start
    opens: bool = True  # only the replay can know: the start opens the log before it is refused


def unknown_kind(world):
    place(world, kind="OrderOfTomorrow")


DAMAGES = [
    Damage("a kind of a newer version", unknown_kind,
           r'\(unreadable\), offset \d+, type "shop\.OrderOfTomorrow": start the version of the engine that wrote it'),
    Damage("a body that is not as we write it", lambda world: place(world, userEmail=None),
           r'\(unreadable\), offset \d+, type "shop\.OrderPlaced": start the version'),
    Damage("an order without a beginning", lambda world: place(world, step=2, kind="PaymentConfirmed"),
           r'\(stranger\), offset \d+, type "shop\.PaymentConfirmed"'),
    Damage("an order that begins with its second step", lambda world: place(world, step=2), r"\(gap\), offset \d+"),
    Damage("a step that was there", lambda world: (place(world), place(world)), r"\(duplicate\), offset \d+"),
    Damage("a step that is missing",
           lambda world: (place(world), place(world, step=3, kind="InventoryUpdated", lines=[])), r"\(gap\), offset \d+"),
    Damage("a step that cannot be", lambda world: (place(world), place(world, step=2, kind="ShippingFailed")),
           r"\(refused\), offset \d+"),
    Damage("another prefix", lambda world: None, r'type_prefix "shop\.", and it is "other\." now', changes=OTHER,
           opens=False),
    Damage("another prefix, a fingerprint of an earlier version", earlier_fingerprint,
           r'events\.type_prefix is "other\.", set it to "shop\." as the log has it', changes=OTHER, opens=False,
           refused_with=r'which Redis has reached, and events\.type_prefix is "other\.": set it to "shop\."'),
    Damage("another prefix, Redis empty", lambda world: world.redis.client.flushdb(),
           r'\(unreadable\), offset \d+, type "shop\.OrderPlaced": events\.type_prefix is "other\.", set it to "shop\."',
           changes=OTHER),
    Damage("no prefix, Redis empty", lambda world: world.redis.client.flushdb(),
           r'events\.type_prefix is "", set it to "shop\."', changes={"events": {"type_prefix": ""}}),
    Damage("no opening, Redis empty", lambda world: copied_topic(world, lambda record: "Epoch" not in record.type),
           r'an event of epoch 0, type "shop\.\w+", and no EpochStarted before it, offset 0',
           refused_with=r'at offset 0 an event of epoch 0, type "shop\.\w+", and no EpochStarted before it'),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_a_damage_is_found_by_verify_and_never_passed_over_by_a_start(world, tmp_path, damage):
    world.config = merged(world.config, PREFIX)
    engine = world.engine().start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    assert engine.stop() == 0
    damage.do(world)
    changes = damage.changes or {}

    done = engine_verify(tmp_path, merged(world.config, changes))
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(re.search(damage.says, line) for line in done.stdout.splitlines() if line.startswith("finding: ")), done.stdout

    offset = checkpoint_offset(world.redis.client)
    held = {key: redis_value(world.redis.client, key) for key in world.redis.client.keys() if key.startswith("saga:order")}
    records = len(world.records())
    for _ in range(2):  # nor does a later one
        start = world.engine(changes).launch()
        assert start.process.wait(60) == REFUSED, start.process.output()
        assert re.search(damage.refused_with or damage.says, re.sub(r'\\"', '"', start.process.output()))
    assert (checkpoint_offset(world.redis.client), {
        key: redis_value(world.redis.client, key) for key in world.redis.client.keys() if key.startswith("saga:order")
    }) == (offset, held)
    assert len(world.records()) == records + (2 if damage.opens else 0)


def test_whoever_could_not_read_the_log_leaves_it_to_the_right_one(world):
    """Charged and answered 202, with a Redis that has nothing of it: the next start with the right prefix has it all."""
    world.config = merged(world.config, PREFIX)
    engine = world.engine().start()
    first = engine.post(shop_order(), Idempotency_Key="mine").json()["orderId"]
    engine.completed(first)
    assert engine.stop() == 0
    world.redis.client.flushdb()
    assert world.engine(OTHER).launch().process.wait(60) == REFUSED
    again = world.engine().start()
    answer = again.post(shop_order(), Idempotency_Key="mine")
    assert (answer.json()["orderId"], answer.headers["Idempotent-Replayed"]) == (first, "true")
    assert again.stop() == 0
    assert [record.type for record in world.records() if record.type.endswith("OrderPlaced")] == ["shop.OrderPlaced"]


def test_the_fingerprint_of_an_earlier_version_is_taken_and_replaced(world):
    world.config = merged(world.config, PREFIX)
    engine = world.engine().start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    assert engine.stop() == 0
    earlier_fingerprint(world)
    assert world.engine().start().stop() == 0
    until(lambda: world.redis.client.hget("saga:0:checkpoint", "fingerprint") == f"{world.topic}/0 type_prefix=shop.", 20,
          "the fingerprint")


def test_an_engine_that_begins_again_in_place_passes_nothing_over_either(world):
    """Redis is emptied while it runs, and the log holds what it cannot read."""
    world.config = merged(world.config, PREFIX)
    engine = world.engine().start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    until(lambda: checkpoint_offset(world.redis.client) == world.records()[-1].offset, 20, "stored")
    unknown_kind(world)
    world.redis.client.flushdb()
    assert engine.process.wait(60) == REFUSED, engine.process.output()
    assert "OrderOfTomorrow" in engine.process.output()
    assert checkpoint_offset(world.redis.client) is None
