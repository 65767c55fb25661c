"""Law 9 on a real broker: a dead Kafka producer is replaced in place, and clients see a pause.

How it dies here: the broker has written what it was sent, its answers do not arrive, it is told to refuse batches as large as an
event's, and the connections are cut. The client sends the same again, is refused, and gives up for good.
"""

import re
import threading
import uuid

import pytest

from harness.engine import verify
from harness.load import Shop, all_end, assert_ended_once, assert_redis_is_the_fold
from harness.proxy import Proxy
from harness.shop import shop_order
from harness.topic import chains, valid
from harness.wait import free_port, until

REPLACED = 75
SLOW = {"payment": {"simulate": {"latency": "400ms"}}}


@pytest.fixture
def network(world):
    """What lies between the engine and the broker; others reach the broker without it."""
    proxy = Proxy(world.broker.proxy_port, world.broker.proxied_port)
    world.config["kafka"]["brokers"] = f"127.0.0.1:{proxy.port}"
    yield proxy
    proxy.close()


class Posting:
    """A POST under way."""

    def __init__(self, engine, **headers):
        self.order_id = str(uuid.uuid4())
        self._answers = []
        self._thread = threading.Thread(target=lambda: self._answers.append(
            engine.post(shop_order(orderId=self.order_id), **headers)))
        self._thread.start()

    def answer(self):
        self._thread.join(90)
        assert self._answers, "no answer"
        return self._answers[0]


def deaths(engine):
    return engine.process.output().count("reopening the log")


def refused_to_death(world, network, engine):
    """What is on its way when the connections are cut is refused when it comes again."""
    before = deaths(engine)
    world.broker.refuse_events(world.topic)
    network.cut()
    until(lambda: deaths(engine) > before, 30, "the producer died")


def reopened(engine, count):
    until(lambda: engine.metric("saga_log_reopenings_total") == count, 30, f"reopened {count} times")


def openings(world):
    """Of each EpochStarted that is valid: its offset, and the epoch it continues."""
    return [(record.offset, record.event.get_data().get("after")) for record in valid(world.records())
            if record.type == "EpochStarted"]


def had_made_it(engine):
    return [int(count) for count in re.findall(r"(\d+) events not acknowledged before had made it", engine.process.output())]


def assert_all_is_well(world, folder, accepted):
    assert_ended_once(world, accepted)
    assert_redis_is_the_fold(world)
    done = verify(folder, world.config)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("in_flight", [1, 5])
def test_under_load_a_dead_producer_is_replaced_and_clients_see_a_pause(world, network, tmp_path, in_flight):
    engine = world.engine({**SLOW, "kafka": {"max_in_flight": in_flight}}).start()
    shop = Shop(engine, 4 * in_flight)
    for count in (1, 2):
        more = len(shop.accepted) + 40
        until(lambda: len(shop.accepted) > more, 60, "orders under way")
        network.hold_answers()
        until(lambda: network.holds(world.topic.encode()), 20, "something is written and not acknowledged")
        refused_to_death(world, network, engine)
        assert engine.get("/livez").status_code == 200
        world.broker.take_events(world.topic)
        reopened(engine, count)
    more = len(shop.accepted) + 40
    until(lambda: len(shop.accepted) > more, 60, "orders afterwards")
    accepted = shop.stop()
    all_end(engine, len(accepted))
    assert engine.stop() == 0

    assert shop.refusals == []
    (first, _), (second, after_first), (_, after_second) = openings(world)
    assert (after_first, after_second) == (first, second)
    assert all(count > 0 for count in had_made_it(engine)), "the deaths left something to find on the topic"
    assert_all_is_well(world, tmp_path, accepted.values())


def test_dead_for_longer_than_the_deadline_the_answer_is_504_and_the_orders_come_to_be(world, network, tmp_path):
    engine = world.engine({"http": {"ack_deadline": "1s"}}).start()
    ids = [engine.post(shop_order()).json()["orderId"]]
    engine.completed(ids[0])
    network.hold_answers()
    written = engine.post(shop_order(), Idempotency_Key="written")
    refused_to_death(world, network, engine)
    waiting = engine.post(shop_order(), Idempotency_Key="waiting")
    for answer in (written, waiting):
        assert (answer.status_code, answer.json()["type"]) == (504, "/problems/outcome-unknown")
        assert engine.order(answer.json()["orderId"]) is None
        ids.append(answer.json()["orderId"])
    assert len(world.smtp.mails()) == 1

    world.broker.take_events(world.topic)
    for order_id, key in zip(ids[1:], ("written", "waiting"), strict=True):
        engine.completed(order_id)
        again = engine.post(shop_order(), Idempotency_Key=key)
        assert (again.status_code, again.json()["orderId"]) == (202, order_id)
    assert engine.stop() == 0
    assert [after for _, after in openings(world)] == [None, 0]
    assert had_made_it(engine)[0] > 0
    assert_all_is_well(world, tmp_path, ids)


def test_what_the_dead_producer_had_sent_arrives_behind_the_new_epoch_and_is_nothing(world, network, tmp_path):
    engine = world.engine().start()
    network.hold_requests()
    late = Posting(engine)
    until(lambda: network.holds(late.order_id.encode()), 20, "its request is on its way")
    refused_to_death(world, network, engine)
    world.broker.take_events(world.topic)
    assert late.answer().status_code == 202
    reopened(engine, 1)
    engine.completed(late.order_id)
    (first, _), (second, _) = openings(world)

    network.deliver()
    until(lambda: [record for record in world.records()
                   if record.offset > second and record.attributes.get("epoch") == str(first)], 20, "it arrives")
    ids = [late.order_id, engine.post(shop_order()).json()["orderId"]]
    engine.completed(ids[1])
    assert engine.metric("saga_log_read_backs_total") > 0  # for its offsets are shifted
    assert engine.stop() == 0
    assert had_made_it(engine) == [0]
    assert_all_is_well(world, tmp_path, ids)


def test_a_reopening_dies_with_its_opening_written_and_the_next_try_writes_a_copy_of_it(world, network, tmp_path):
    engine = world.engine().start()
    network.hold_answers()
    waiting = Posting(engine)
    until(lambda: network.holds(world.topic.encode()), 20, "something is written and not acknowledged")
    refused_to_death(world, network, engine)
    network.close()
    until(lambda: not network.holds(world.topic.encode()), 20, "thrown away")
    world.broker.take_events(world.topic)
    network.hold_answers_to(b"EpochStarted")
    network.open()
    until(lambda: network.holds(world.topic.encode()), 20, "the opening is written and not acknowledged")
    before = engine.process.output().count("not open again yet")
    world.broker.refuse_events(world.topic)
    network.cut()
    until(lambda: engine.process.output().count("not open again yet") > before, 30, "the next producer died")
    world.broker.take_events(world.topic)

    assert waiting.answer().status_code == 202
    ids = [waiting.order_id, engine.post(shop_order()).json()["orderId"]]
    for order_id in ids:
        engine.completed(order_id)
    assert engine.stop() == 0
    written = [(record.attributes["id"], record.event.get_data().get("after"))
               for record in world.records() if record.type == "EpochStarted"]
    assert len(written) == 3 and written[1] == written[2] and written[1][1] == 0
    assert len(openings(world)) == 2
    assert_all_is_well(world, tmp_path, ids)


def test_an_engine_whose_producer_is_dead_is_replaced_by_another(world, network, way_to_redis, tmp_path):
    first = world.engine(way_to_redis.config).start()
    ids = [first.post(shop_order()).json()["orderId"]]
    first.completed(ids[0])
    network.hold_answers()
    written = Posting(first)
    until(lambda: network.holds(world.topic.encode()), 20, "it is written and not acknowledged")
    refused_to_death(world, network, first)
    network.close()
    lost = Posting(first)
    until(lambda: first.metric("saga_orders_live") == 2, 20, "both are taken")
    way_to_redis.close()
    world.broker.take_events(world.topic)

    direct = {"http": {"listen": f"127.0.0.1:{free_port()}"}, "kafka": {"brokers": world.broker.bootstrap}}
    second = world.engine(direct, ["--takeover"]).start()
    second.completed(written.order_id)
    assert first.process.exit_code() is None  # it does not know yet
    network.open()
    assert first.process.wait(30) == REPLACED
    for posting in (written, lost):
        assert (posting.answer().status_code, posting.answer().json()["type"]) == (504, "/problems/outcome-unknown")

    ids += [written.order_id, second.post(shop_order()).json()["orderId"]]
    second.completed(ids[2])
    assert second.get(f"/v1/orders/{lost.order_id}").status_code == 404
    assert second.stop() == 0
    records = world.records()
    tried = [record for record in records if record.type == "EpochStarted"][2:]
    assert {record.event.get_data()["after"] for record in tried} == {0}, "the first has tried to go on"
    assert len(openings(world)) == 2, "and has opened nothing"
    assert set(chains(valid(records))) == set(ids)
    assert len(world.smtp.mails()) == len(ids)
    assert_all_is_well(world, tmp_path, ids)


def test_connections_cut_again_and_again_cost_no_order(world, network, tmp_path):
    """With requests and answers on their way. Whether that ends a producer is the client library's affair."""
    engine = world.engine({**SLOW, "kafka": {"max_in_flight": 5}}).start()
    shop = Shop(engine, 16)
    for fault in (lambda: None, network.hold_answers, network.hold_requests) * 3:
        more = len(shop.accepted) + 30
        until(lambda: len(shop.accepted) > more, 60, "orders under way")
        fault()
        network.cut()
    network.deliver()
    accepted = shop.stop()
    all_end(engine, len(accepted))
    assert engine.stop() == 0
    assert shop.refusals == []
    assert_all_is_well(world, tmp_path, accepted.values())


def test_told_to_stop_with_its_producer_dead_it_ends_in_time_and_the_next_start_loses_nothing(world, network, tmp_path):
    engine = world.engine({"http": {"ack_deadline": "1s", "drain_deadline": "2s"}}).start()
    network.hold_answers()
    written = engine.post(shop_order(), Idempotency_Key="written")
    refused_to_death(world, network, engine)
    waiting = engine.post(shop_order(), Idempotency_Key="waiting")
    assert (written.status_code, waiting.status_code) == (504, 504)
    assert engine.stop(20) == 1
    world.broker.take_events(world.topic)

    second = world.engine().start()
    ids = [written.json()["orderId"], waiting.json()["orderId"]]
    second.completed(ids[0])
    assert second.get(f"/v1/orders/{ids[1]}").status_code == 404  # it never came to be, and sent again it does
    assert second.post(shop_order(), Idempotency_Key="waiting").json()["orderId"] == ids[1]
    second.completed(ids[1])
    assert second.stop() == 0
    assert_all_is_well(world, tmp_path, ids)


def test_a_producer_that_dies_when_everything_was_trimmed_is_replaced(world, network, tmp_path):
    engine = world.engine().start()
    before = engine.post(shop_order()).json()["orderId"]
    engine.completed(before)
    world.trim(world.records()[-1].offset + 1)
    network.hold_answers()
    waiting = Posting(engine)
    until(lambda: network.holds(world.topic.encode()), 20, "something is written and not acknowledged")
    refused_to_death(world, network, engine)
    world.broker.take_events(world.topic)
    assert waiting.answer().status_code == 202
    engine.completed(waiting.order_id)
    reopened(engine, 1)
    assert had_made_it(engine)[0] > 0
    assert engine.stop() == 0
    steps = [record.attributes["id"] for record in world.events_of(waiting.order_id)]
    assert len(set(steps)) == 5
