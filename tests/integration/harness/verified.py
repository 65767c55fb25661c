"""`engine --verify` of a world, and what it must have found."""

import re

from .engine import merged
from .engine import verify as engine_verify
from .shop import checkpoint_offset, shop_order
from .wait import until


def verify(world, tmp_path, changes=None):
    return engine_verify(tmp_path, merged(world.config, changes or {}))


def findings(done):
    return [line for line in done.stdout.splitlines() if line.startswith("finding: ")]


def assert_good(done):
    assert (done.returncode, findings(done)) == (0, []), done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "verified: no findings"


def assert_found(done, *texts):
    """One finding a text, in this order."""
    assert done.returncode == 1, done.stdout + done.stderr
    found = findings(done)
    assert len(found) == len(texts), done.stdout
    for line, text in zip(found, texts, strict=True):
        assert text in line
    assert done.stdout.splitlines()[-1] == f"verified: {len(texts)} findings"


def figure(done, name):
    return int(re.search(rf"^{name}: (\d+)", done.stdout, re.MULTILINE)[1])


def place(engine, status, **changes):
    order_id = engine.post(shop_order(**changes)).json()["orderId"]
    engine.reaches(order_id, status)
    return order_id


def stored(world):
    until(lambda: checkpoint_offset(world.redis.client) == world.records()[-1].offset, 20, "stored")
