"""Drain under load, and going on afterwards."""

import re
import signal
import threading
import time

import pytest
import requests
from confluent_kafka import Producer

from harness.shop import checkpoint_offset, shop_order
from harness.topic import SAGA, chains, valid
from harness.wait import until


class Load:
    """Clients in threads that place orders with keys of their own until told to stop, and remember every answer."""

    def __init__(self, engine, clients):
        self.accepted = {}  # order id -> key
        self.refused = []
        self._engine = engine
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._client, args=(number,)) for number in range(clients)]
        for thread in self._threads:
            thread.start()

    def _client(self, number):
        session = requests.Session()
        count = 0
        while not self._stop.is_set():
            count += 1
            key = f"client-{number}-{count}"
            try:
                answer = session.post(f"{self._engine.base}/v1/orders", json=shop_order(),
                                      headers={"Idempotency-Key": key}, timeout=60)
            except requests.RequestException:
                return  # the engine has gone; whether this one came to be is open
            with self._lock:
                if answer.status_code == 202:
                    self.accepted[answer.json()["orderId"]] = key
                else:
                    self.refused.append(answer)

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(90)
            assert not thread.is_alive()


def assert_all_completed_once(world, accepted, refused=()):
    found = chains(world.records())
    assert {order_id: found.get(order_id) for order_id in accepted} == {order_id: SAGA for order_id in accepted}
    assert set(map(tuple, found.values())) <= {tuple(SAGA)}, "an order that was not accepted was left half done"
    mailed = [mail.message_id for mail in world.smtp.mails()]
    assert sorted(mailed) == sorted(f"<shipping-confirmation.{order_id}@example.com>" for order_id in found)
    assert all(answer.status_code == 503 and "Retry-After" in answer.headers for answer in refused)
    assert valid(world.records()) == world.records()


def test_sigterm_under_load_drains_and_loses_nothing(world):
    engine = world.engine().start()
    load = Load(engine, clients=16)
    until(lambda: len(load.accepted) > 500, 60, "load under way")
    engine.terminate()
    assert engine.process.wait(60) == 0
    load.stop()
    assert_all_completed_once(world, load.accepted, load.refused)
    assert checkpoint_offset(world.redis.client) == world.records()[-1].offset

    # Started again, it goes on: an old key finds its order, new orders continue behind the old events.
    second = world.engine().start()
    order_id, key = next(iter(load.accepted.items()))
    replayed = second.post(shop_order(), Idempotency_Key=key)
    assert (replayed.status_code, replayed.json()["orderId"]) == (202, order_id)
    assert replayed.headers["Idempotent-Replayed"] == "true"
    fresh = second.post(shop_order()).json()["orderId"]
    second.completed(fresh)
    assert second.stop() == 0
    records = world.records()
    openings = [record for record in records if record.type == "EpochStarted"]
    assert len(openings) == 2
    assert {r.attributes["epoch"] for r in records if r.key == fresh} == {str(openings[1].offset)}
    assert_all_completed_once(world, {**load.accepted, fresh: None})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_sigint_and_sighup_drain_too(world, number):
    engine = world.engine().start()
    ids = [engine.post(shop_order()).json()["orderId"] for _ in range(50)]
    engine.process.signal(number)
    assert engine.process.wait(60) == 0
    assert_all_completed_once(world, ids)


def test_idle_engine_ends_at_once_with_0(world):
    engine = world.engine().start()
    assert engine.stop() == 0
    assert [record.type for record in world.records()] == ["EpochStarted"]


def test_five_restarts_continue_one_history(world):
    placed = []
    for _ in range(5):
        engine = world.engine().start()
        placed += [engine.post(shop_order()).json()["orderId"] for _ in range(10)]
        assert engine.stop() == 0
    assert_all_completed_once(world, placed)
    assert [record.type for record in world.records()].count("EpochStarted") == 5


def fill(world):
    """So many records that are no events that reading them takes long enough to look on: about a second."""
    producer = Producer({"bootstrap.servers": world.broker.bootstrap, "queue.buffering.max.messages": 1000000})
    for _ in range(400000):
        producer.produce(world.topic, b"{}")
    assert producer.flush(60) == 0


def readiness(engine):
    try:
        return engine.get("/readyz", timeout=5).text
    except requests.RequestException:
        return ""


@pytest.mark.parametrize("stage", ["opening the topic, offset", "replaying the log, offset"])
def test_sigterm_ends_a_start_that_reads_the_log(world, stage):
    engine = world.engine().start()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.completed(order_id)
    assert engine.stop() == 0
    fill(world)
    world.redis.client.flushall()
    starting = world.engine().launch()
    until(lambda: re.search(rf"{stage} \d", readiness(starting)), 60, stage)
    starting.terminate()
    assert starting.process.wait(20) == 0
    assert "told to stop before there was anything to drain" in starting.process.output()
    after = world.engine().start()
    assert after.order(order_id)["status"] == "completed"
    assert after.stop() == 0


@pytest.mark.parametrize("section, settings", [("kafka", {"brokers": "127.0.0.1:1"}), ("redis", {"url": "redis://127.0.0.1:1/0"})])
def test_sigterm_ends_a_start_that_waits_for_a_service(world, section, settings):
    starting = world.engine({section: {**settings, "start_deadline": "1h"}}).launch()
    until(lambda: readiness(starting), 20, "it says what it waits for")
    starting.terminate()
    assert starting.process.wait(5) == 0


def test_sigterm_while_it_starts_again_says_that_not_all_is_at_rest(world):
    engine = world.engine().start()
    fill(world)
    world.redis.client.flushall()
    engine.post(shop_order())  # whose batch finds Redis elsewhere
    until(lambda: "replaying the log" in readiness(engine), 60, "it starts again")
    engine.terminate()
    assert engine.process.wait(20) == 1
    assert "the next start takes up what was under way" in engine.process.output()


def test_second_signal_stops_at_once_and_says_what_is_left(world):
    world.smtp.answer = lambda mail: time.sleep(5) or "451 not now"
    engine = world.engine().start()
    world.broker.process.signal(signal.SIGSTOP)  # nothing is acked now, so a drain cannot end
    try:
        poster = threading.Thread(target=lambda: _ignore(lambda: engine.post(shop_order())))
        poster.start()
        until(lambda: engine.metric("saga_orders_live") == 1, 20, "order taken")
        engine.terminate()
        until(lambda: _refused(engine), 20, "intake closed")
        assert engine.process.exit_code() is None
        engine.terminate()
        assert engine.process.wait(20) == 1
        poster.join(60)
    finally:
        world.broker.process.signal(signal.SIGCONT)


def _ignore(call):
    try:
        call()
    except requests.RequestException:
        pass


def _refused(engine):
    try:
        return engine.post(shop_order(), timeout=5).status_code == 503
    except requests.RequestException:
        return True
