"""What a start says about a topic and a Redis that do not belong together, or whose settings would break a promise."""

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from harness.engine import verify
from harness.redis import RedisServer
from harness.shop import shop_order
from harness.wait import free_port, until

DO_NOT_BELONG_TOGETHER = 65
BAD_CONFIGURATION = 78


def create(world, **settings):
    admin = AdminClient({"bootstrap.servers": world.broker.bootstrap})
    config = {name.replace("_", "."): value for name, value in settings.items()}
    admin.create_topics([NewTopic(world.topic, 1, 1, config=config)])[world.topic].result(20)


@pytest.mark.parametrize("name, value, words", [
    ("cleanup_policy", "compact", "compaction removes events that orders are made of"),
    ("min_insync_replicas", "2", "no event would ever be acknowledged"),
    ("max_message_bytes", "100000", "one that is refused stops everything behind it"),
])
def test_a_topic_that_would_break_a_promise_is_refused(world, name, value, words):
    create(world, **{name: value})
    engine = world.engine().launch()
    assert engine.process.wait(30) == DO_NOT_BELONG_TOGETHER
    assert f'topic "{world.topic}" has {name.replace("_", ".")}={value}: ' in engine.process.output()
    assert words in engine.process.output()
    assert world.records() == []  # nothing was written to it


def test_a_topic_that_may_break_a_promise_is_warned_about(world):
    create(world, retention_ms="604800000", unclean_leader_election_enable="true")
    engine = world.engine().start()
    assert "retention.ms=604800000: " in engine.process.output()
    assert "unclean.leader.election.enable=true: " in engine.process.output()
    assert engine.completed(engine.post(shop_order()).json()["orderId"])


def test_the_topic_that_the_engine_creates_is_not_warned_about(engine):
    assert "has " not in engine.process.output()


def test_a_redis_that_keeps_nothing_or_evicts_is_warned_about(world):
    world.redis.client.config_set("maxmemory-policy", "volatile-lru")
    engine = world.engine().start()
    assert "maxmemory-policy is volatile-lru: " in engine.process.output()
    assert "a request that is repeated is taken for a new order, and charged" in engine.process.output()
    assert "everything is rebuilt from the whole topic" in engine.process.output()


def test_a_redis_that_keeps_every_write_is_not_warned_about(world, tmp_path, logs):
    kept = RedisServer(tmp_path / "kept", logs / "kept.log", ["--appendonly", "yes"])
    try:
        engine = world.engine({"redis": {"url": kept.url}}).start()
        assert "redis:" not in engine.process.output()
        assert engine.stop() == 0
    finally:
        kept.stop()


@pytest.mark.parametrize("options, words", [
    (["--cluster-enabled", "yes", "--cluster-port", free_port()], "it is a Redis Cluster"),
    (["--sentinel"], "it is a sentinel"),
])
def test_a_redis_cluster_or_a_sentinel_is_refused_at_once(world, tmp_path, logs, options, words):
    wrong = RedisServer(tmp_path / "wrong", logs / "wrong.log", options)
    try:
        engine = world.engine({"redis": {"url": wrong.url, "start_deadline": "1h"}})
        assert engine.launch().process.wait(30) == BAD_CONFIGURATION  # not 69, after the deadline
        assert words in engine.process.output()
        verified = verify(tmp_path, engine.config)
        assert verified.returncode == BAD_CONFIGURATION and words in verified.stdout + verified.stderr
    finally:
        wrong.stop()


def test_a_recreated_topic_is_refused(world):
    engine = world.engine().start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    assert engine.stop() == 0
    admin = AdminClient({"bootstrap.servers": world.broker.bootstrap})
    admin.delete_topics([world.topic])[world.topic].result(20)
    until(lambda: world.topic not in admin.list_topics(timeout=20).topics, 20, "topic gone")
    again = world.engine().launch()
    assert again.process.wait(60) == DO_NOT_BELONG_TOGETHER
    assert "belong together" in again.process.output()


@pytest.mark.parametrize("left", [0, 3])
def test_a_trimmed_topic_and_an_empty_redis_are_refused_before_anything_is_written(world, left):
    engine = world.engine().start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    assert engine.stop() == 0
    end = len(world.records())
    world.trim(end - left)
    world.redis.client.flushall()
    again = world.engine().launch()
    assert again.process.wait(60) == DO_NOT_BELONG_TOGETHER
    assert f"lost what lay below offset {end - left}" in again.process.output()
    assert len(world.records()) == left


def test_an_advertised_address_that_leads_nowhere_is_named(world):
    """Whoever comes in on the proxied port is sent to the proxy's, where nothing listens."""
    broker = world.broker
    engine = world.engine({"kafka": {"brokers": f"127.0.0.1:{broker.proxied_port}", "start_deadline": "4s"}}).launch()
    assert engine.process.wait(60) == 69
    said = engine.process.output()
    assert "advertised.listeners" in said and f"127.0.0.1:{broker.proxy_port}" in said
