"""The README's reader rule, run as it stands there, against what the engine and the harness's own reading say."""

import re
from dataclasses import dataclass
from pathlib import Path

from harness.shop import shop_order
from harness.topic import valid as valid_by_harness
from harness.wait import free_port, until

README = Path(__file__).resolve().parents[2] / "README.md"


@dataclass
class Reading:
    """A record as the README's lines name its parts."""
    type: str
    id: str
    offset: int
    epoch: int | None = None
    seq: int | None = None
    after: int | None = None


def readme_rule():
    block = re.search(r"```python\n(def valid\(records\):.*?)```", README.read_text(), re.S)
    names = {}
    exec(block.group(1), names)  # what a reader of the README would type
    return names["valid"]


def reading(record):
    attributes = record.attributes
    after = (record.event.get_data() or {}).get("after") if record.type.endswith("EpochStarted") else None
    return Reading(record.type, attributes["id"], record.offset,
                   int(attributes["epoch"]) if "epoch" in attributes else None,
                   int(attributes["seq"]) if "seq" in attributes else None,
                   None if after is None else int(after))


def test_the_rule_in_the_readme_reads_a_topic_of_two_engines(world, way_to_redis):
    first = world.engine(way_to_redis.config).start()
    first.completed(first.post(shop_order()).json()["orderId"])
    way_to_redis.close()
    second = world.engine({"http": {"listen": f"127.0.0.1:{free_port()}"}}, ["--takeover"]).start()
    lost = first.post(shop_order()).json()["orderId"]  # replaced: its events do not count
    second.completed(second.post(shop_order()).json()["orderId"])
    until(lambda: any(record.key == lost for record in world.records()), 20, "the replaced engine's record")
    records = world.records()
    counted = [record.offset for record in readme_rule()([reading(record) for record in records])]
    assert counted == [record.offset for record in valid_by_harness(records) if record.type != "EpochStarted"]
    assert lost not in {record.key for record in records if record.offset in counted}
    assert len(counted) == 10


def test_the_rule_in_the_readme_drops_what_does_not_count():
    def event(offset, seq, epoch=0):
        return Reading("OrderPlaced", f"o{epoch}.{seq}", offset, epoch, seq)
    records = [Reading("EpochStarted", "a", 0), event(1, 1), event(2, 1), event(3, 2), Reading("EpochStarted", "a", 4),
               Reading("OrderPlaced", "request", 5), event(6, 1, epoch=99), Reading("EpochStarted", "b", 7, after=50),
               event(8, 3), event(9, 5), event(10, 4), Reading("other.EpochStarted", "c", 11, after=0), event(12, 1, epoch=11),
               event(13, 4)]
    assert [record.offset for record in readme_rule()(records)] == [1, 3, 8, 12]
