"""Who owns the topic: one engine serves, others wait as standbys and take over when it has gone."""

import signal
import time

import pytest

from harness.shop import shop_order
from harness.topic import SAGA, chains
from harness.wait import free_port, until

REPLACED = 75
DO_NOT_BELONG_TOGETHER = 65


@pytest.fixture
def other(world):
    """Another engine on the same topic, not started yet."""
    return lambda *arguments: world.engine({"http": {"listen": f"127.0.0.1:{free_port()}"}}, arguments)


def stage(engine):
    return engine.get("/readyz").json()["stage"]


def owner(world):
    """The engine that has the lease; it names the topic as well."""
    lease = world.redis.client.get("saga:owner")
    if lease is None:
        return None
    engine, topic = lease.split(" ")
    assert topic == world.topic
    return engine


def stands_by(engine, whose):
    engine.launch()
    engine.process.ready(lambda: whose in engine.process.output() and engine.get("/readyz").status_code == 503
                         and stage(engine) == f"standby: engine {whose} owns the topic", 20, "a standby")
    return engine


def answers_nothing_about_orders(engine, cause):
    order = "/v1/orders/a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2"
    for method, path, body in (
            ("POST", "/v1/orders", shop_order()), ("GET", "/v1/orders", None), ("GET", order, None),
            ("POST", order + "/cancel", None), ("POST", order + "/retry", None), ("GET", "/v1/stock/keyboard", None),
            ("PUT", "/v1/stock/keyboard", {"onHand": 1}), ("GET", "/v1/events", None)):
        answer = engine.session.request(method, engine.base + path, json=body, timeout=10)
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1"), (method, path)
        assert answer.json()["detail"] == "this engine does not serve yet: " + cause
    for path in ("/livez", "/metrics", "/openapi.json", "/"):
        assert engine.get(path).status_code == 200


def test_a_second_engine_stands_by_and_takes_over_when_the_first_has_drained(world, other):
    first = world.engine().start()
    first.completed(first.post(shop_order()).json()["orderId"])
    whose = owner(world)
    second = stands_by(other(), whose)
    answers_nothing_about_orders(second, f"standby: engine {whose} owns the topic")
    assert first.completed(first.post(shop_order()).json()["orderId"])  # it is not disturbed

    assert first.stop() == 0
    until(second.is_ready, 5, "the standby has taken over")
    assert owner(world) not in (None, whose)
    assert second.completed(second.post(shop_order()).json()["orderId"])
    assert list(chains(world.records()).values()) == [SAGA] * 3
    output = second.process.output()
    assert f"standby: engine {whose} owns the topic; waiting" in output
    assert f"standby: engine {whose} has gone; this one takes over" in output
    assert second.stop() == 0
    assert owner(world) is None


def test_a_standby_takes_over_within_seconds_of_a_kill(world, other):
    first = world.engine().start()
    second = stands_by(other(), owner(world))
    first.kill()
    killed = time.monotonic()
    until(second.is_ready, 20, "the standby has taken over")
    assert time.monotonic() - killed < 15
    assert second.completed(second.post(shop_order()).json()["orderId"])


def test_a_standby_that_is_told_to_stop_ends_with_0_at_once(world, other):
    world.engine().start()
    standby = stands_by(other(), owner(world))
    standby.terminate()
    assert standby.process.wait(3) == 0


def test_an_idle_engine_notices_that_it_was_replaced(world, other):
    first = world.engine().start()
    first.completed(first.post(shop_order()).json()["orderId"])
    other("--takeover").start()
    assert first.process.wait(10) == REPLACED


def test_an_engine_that_is_replaced_while_it_drains_says_so(world, other):
    first = world.engine({"payment": {"simulate": {"latency": "5s"}}}).start()
    order = first.post(shop_order()).json()["orderId"]
    first.process.signal(signal.SIGTERM)
    until(lambda: stage(first) == "draining", 5, "the drain")
    second = other("--takeover").start()
    second.completed(order)
    assert first.process.wait(20) == REPLACED


def test_a_standby_does_not_take_over_because_redis_was_away(world, other):
    """The lease runs out while Redis is frozen, and is lost when it is wiped; its owner takes it again first."""
    first = world.engine().start()
    whose = owner(world)
    second = stands_by(other(), whose)
    world.redis.process.signal(signal.SIGSTOP)
    time.sleep(5)  # longer than the lease
    world.redis.process.signal(signal.SIGCONT)
    until(lambda: owner(world) == whose, 10, "the owner has it again")
    world.redis.client.delete("saga:owner")
    until(lambda: owner(world) == whose, 10, "the owner has it again")
    assert stage(second) == f"standby: engine {whose} owns the topic"
    assert first.completed(first.post(shop_order()).json()["orderId"])


def test_two_supervised_engines_do_not_fight(world, other, way_to_redis):
    """Each is started again whenever it ends. One is replaced by force: from then on it waits."""
    first = world.engine(way_to_redis.config).start()
    first.completed(first.post(shop_order()).json()["orderId"])
    way_to_redis.close()
    second = other("--takeover").start()
    taker = owner(world)
    assert first.post(shop_order()).status_code == 504  # learns that it was replaced
    assert first.process.wait(20) == REPLACED

    way_to_redis.open()
    stands_by(first, taker)  # the supervisor starts it again
    for _ in range(20):
        assert second.post(shop_order()).status_code == 202
        time.sleep(0.1)
    assert stage(first) == f"standby: engine {taker} owns the topic"
    assert owner(world) == taker
    assert second.process.exit_code() is None


def test_an_engine_that_lost_the_lease_stands_by_before_it_opens_the_topic_again(engine, world):
    """Redis has lost writes, so the start begins once more, and behind whoever has taken the topic meanwhile."""
    world.redis.client.set("saga:owner", "another")
    until(lambda: "engine another owns the topic now" in engine.process.output(), 10, "it has seen the other")
    order_id = engine.post(shop_order()).json()["orderId"]
    world.redis.client.delete("saga:0:checkpoint")
    until(lambda: "standby: engine another owns the topic" in engine.process.output(), 20, "it stands by")
    assert engine.process.exit_code() is None
    world.redis.client.delete("saga:owner")
    until(engine.is_ready, 20, "it serves again")
    assert engine.completed(order_id)
    assert chains(world.records()) == {order_id: SAGA}


@pytest.mark.parametrize("arguments", [(), ("--takeover",)])
def test_an_engine_of_another_topic_does_not_wait_for_one_that_does_not_own_its_topic(engine, world, arguments):
    whose = owner(world)
    wrong = world.engine({"http": {"listen": f"127.0.0.1:{free_port()}"}, "kafka": {"topic": f"{world.topic}-2"}}, arguments)
    wrong.launch()
    assert wrong.process.wait(20) == DO_NOT_BELONG_TOGETHER
    assert f'engine {whose} owns "{world.topic}", and kafka.topic is "{world.topic}-2"' in wrong.process.output()
    assert owner(world) == whose
    assert engine.completed(engine.post(shop_order()).json()["orderId"])  # it is not disturbed
