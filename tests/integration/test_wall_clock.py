"""The wall clock is set while the engine runs: what it shows follows, never backwards; its deadlines do not notice."""

import email.utils
import subprocess
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from harness.shop import shop_order
from harness.topic import SAGA
from harness.wait import until

HOUR = timedelta(hours=1)
SOURCE = Path(__file__).parent / "harness" / "wall_clock.c"


class WallClock:
    """The wall clock of every engine started with `env`."""

    def __init__(self, folder):
        library = folder / "wall_clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
        self._file = folder / "off_by"
        self.env = {"LD_PRELOAD": str(library), "WALL_CLOCK_OFF_BY": str(self._file)}
        self.set(timedelta())

    def set(self, off_by):
        written = self._file.with_suffix(".new")
        written.write_text(str(int(off_by.total_seconds())))
        written.rename(self._file)


@pytest.fixture
def wall_clock(tmp_path):
    return WallClock(tmp_path)


def now():
    return datetime.now(timezone.utc)


def date_of(engine):
    return email.utils.parsedate_to_datetime(engine.get("/livez").headers["Date"])


def times_of(order):
    return [datetime.fromisoformat(step["at"].replace("Z", "+00:00")) for step in order["steps"]]


def placed(engine):
    return engine.completed(engine.post(shop_order()).json()["orderId"])


def id_time(order):
    return datetime.fromtimestamp((uuid.UUID(order["orderId"]).int >> 80) / 1000, timezone.utc)


def test_what_is_shown_follows_the_wall_clock_and_never_goes_back(world, wall_clock):
    engine = world.engine(env=wall_clock.env).start()
    first = placed(engine)
    assert times_of(first)[-1] <= now()

    wall_clock.set(HOUR)
    until(lambda: date_of(engine) > now() + HOUR / 2, 20, "the step forwards followed")
    ahead = placed(engine)
    for time in (*times_of(ahead), id_time(ahead)):
        assert now() + HOUR / 2 < time <= now() + HOUR
    until(lambda: len(world.smtp.mails()) == 2, 20, "both mails")
    assert email.utils.parsedate_to_datetime(world.smtp.mails()[1].message["Date"]) > now() + HOUR / 2

    wall_clock.set(timedelta())
    shown = date_of(engine)
    for _ in range(20):
        order = placed(engine)
        assert min(*times_of(order), id_time(order) + timedelta(milliseconds=1)) >= times_of(ahead)[-1]
        assert times_of(order) == sorted(times_of(order))
        assert (later := date_of(engine)) >= shown
        shown = later
    assert engine.stop() == 0

    # What an earlier engine showed binds nobody but its own orders.
    engine = world.engine(env=wall_clock.env).start()
    assert times_of(placed(engine))[-1] <= now()
    opened = [record.attributes["time"] for record in world.records() if record.type.endswith("EpochStarted")]
    assert max(opened) <= now()


def test_a_step_of_the_wall_clock_is_no_deadline_and_moves_none(world, wall_clock):
    away = {"shipping": {"simulate": {"transient_rate": 1.0}, "retry": {"attempts": 1000, "deadline": "30m"}}}
    engine = world.engine(away, env=wall_clock.env).start()
    waiting = engine.post(shop_order()).json()["orderId"]
    engine.retrying(waiting)
    wall_clock.set(HOUR)
    until(lambda: date_of(engine) > now() + HOUR / 2, 20, "the step forwards followed")
    tried = engine.metric("saga_retries_total")
    until(lambda: engine.metric("saga_retries_total") > tried, 20, "another attempt")
    assert engine.order(waiting)["status"] == "reserved"
    other = engine.post(shop_order()).json()["orderId"]
    engine.retrying(other)
    assert engine.stop() == 0

    # The next engine's clock is right again: the events it takes up seem to lie in an hour.
    wall_clock.set(timedelta())
    soon = {"shipping": {"simulate": {"transient_rate": 1.0}, "retry": {"attempts": 1000, "deadline": "2s"}}}
    engine = world.engine(soon, env=wall_clock.env).start()
    for order_id in (waiting, other):
        order = engine.reaches(order_id, "cancelled", 30)
        assert order["reason"] == "deadline"
        assert times_of(order) == sorted(times_of(order))
