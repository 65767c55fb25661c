"""Nothing acknowledged is lost: the engine killed, Redis wiped or rolled back, mail away. Each time all that was answered with 202 ends once."""

import threading
import time

import requests

from harness.load import Shop, all_end, assert_ended_once, assert_redis_is_the_fold
from harness.shop import checkpoint_offset, shop_order
from harness.topic import chains, valid
from harness.wait import until

SLOW = {"payment": {"simulate": {"latency": "400ms"}}}


def replayed(world):
    return [line for log in sorted(world._logs.glob("engine-*.log")) for line in log.read_text().splitlines()
            if "the log is replayed" in line]


def test_killed_with_orders_under_way_it_takes_them_up_and_ends_them_once(world):
    engine = world.engine(SLOW).start()
    shop = Shop(engine)
    until(lambda: len(shop.accepted) > 60, 60, "orders under way")
    for _ in range(2):
        engine.kill()
        engine.start()
        more = len(shop.accepted) + 40
        until(lambda: len(shop.accepted) > more, 60, "orders after the restart")
    accepted = shop.stop()
    all_end(engine, len(accepted))
    assert engine.stop() == 0
    assert_ended_once(world, accepted.values())
    assert_redis_is_the_fold(world)
    assert len(replayed(world)) == 3

    again = world.engine().start()  # a client that lost its answer gets the first one
    key, order_id = next(iter(accepted.items()))
    answer = again.post(shop_order(), Idempotency_Key=key)
    assert (answer.status_code, answer.json()["orderId"]) == (202, order_id)
    other = again.post(shop_order(amount=50.01), Idempotency_Key=key)
    assert other.status_code == 422


def test_a_backoff_at_shipping_survives_a_kill(world):
    failing = {"shipping": {"simulate": {"transient_rate": 1.0}, "retry": {"attempts": 1000, "backoff": "100ms"}}}
    engine = world.engine(failing).start()
    ids = [engine.post(shop_order()).json()["orderId"] for _ in range(20)]
    until(lambda: engine.metric("saga_orders_resting") == 20, 20, "all wait for their next attempt")
    engine.kill()
    second = world.engine().start()
    for order_id in ids:
        second.completed(order_id)
    assert second.stop() == 0
    assert_ended_once(world, ids)


def test_more_orders_under_way_than_the_limit_are_all_taken_up(world):
    engine = world.engine({"payment": {"simulate": {"latency": "1h"}}}).start()
    ids = [engine.post(shop_order()).json()["orderId"] for _ in range(50)]
    engine.kill()
    second = world.engine({"orders": {"live": 16}, "payment": {"simulate": {"latency": "1s"}}}).start()
    assert second.post(shop_order()).status_code == 503
    all_end(second, 50)
    ids.append(second.post(shop_order()).json()["orderId"])
    second.completed(ids[-1])
    assert second.stop() == 0
    assert_ended_once(world, ids)


def test_mail_away_drains_with_0_and_the_next_engine_sends_it(world):
    world.smtp.answer = lambda mail: "451 not now"
    engine = world.engine().start()
    ids = [engine.post(shop_order()).json()["orderId"] for _ in range(10)]
    until(lambda: engine.metric("saga_mail_backlog") == 10, 20, "all wait for their mail")
    assert engine.stop() == 0
    world.smtp.answer = lambda mail: "250 OK"
    second = world.engine().start()
    for order_id in ids:
        second.completed(order_id)
    assert second.stop() == 0
    assert_ended_once(world, ids)


def test_killed_between_mail_and_its_event_it_sends_the_same_mail_again(world):
    engine = world.engine().start()
    held = threading.Event()

    def answer(mail):
        held.set()
        time.sleep(1)  # the mail is taken, and the engine dies before it hears so
        return "250 OK"
    world.smtp.answer = answer
    order_id = engine.post(shop_order()).json()["orderId"]
    assert held.wait(20)
    engine.kill()
    time.sleep(1.5)
    world.smtp.answer = lambda mail: "250 OK"
    second = world.engine().start()
    second.completed(order_id)
    assert second.stop() == 0
    assert_ended_once(world, [order_id])
    assert len(world.smtp.mails()) == 2


def test_a_wiped_redis_is_rebuilt_from_the_log(world):
    engine = world.engine(SLOW).start()
    assert engine.put_stock("keyboard", 100).status_code == 200
    ids = [engine.post(shop_order(), Idempotency_Key=f"key-{n}").json()["orderId"] for n in range(30)]
    all_end(engine, 30)
    ids += [engine.post(shop_order()).json()["orderId"] for _ in range(10)]
    engine.kill()
    world.redis.client.flushall()
    second = world.engine(SLOW).start()
    answer = second.post(shop_order(), Idempotency_Key="key-7")
    assert (answer.status_code, answer.json()["orderId"]) == (202, ids[7])
    all_end(second, 40)
    assert second.stock("keyboard") == 60
    assert second.put_stock("keyboard", 5).status_code == 200
    ids.append(second.post(shop_order()).json()["orderId"])
    second.completed(ids[-1])
    assert second.stock("keyboard") == 4
    assert second.stop() == 0
    assert world.redis.client.hgetall("saga:0:stock") == {"keyboard": "4"}
    assert_ended_once(world, ids)
    assert_redis_is_the_fold(world)


def test_a_redis_wiped_while_running_costs_a_pause_and_no_order(world):
    engine = world.engine(SLOW).start()
    shop = Shop(engine)
    for _ in range(2):
        more = len(shop.accepted) + 50
        until(lambda: len(shop.accepted) > more, 60, "orders under way")
        before = len(replayed(world))
        world.redis.client.flushall()
        until(lambda: len(replayed(world)) > before, 60, "started again in place")
    more = len(shop.accepted) + 50
    until(lambda: len(shop.accepted) > more, 60, "orders afterwards")
    accepted = shop.stop()
    all_end(engine, len(accepted))
    assert engine.stop() == 0
    assert_ended_once(world, accepted.values())
    assert_redis_is_the_fold(world)


def test_a_redis_wiped_while_nothing_happens_is_rebuilt_at_once(world):
    engine = world.engine().start()
    order_id = engine.post(shop_order()).json()["orderId"]
    all_end(engine, 1)
    world.redis.client.flushall()
    until(lambda: world.redis.client.exists(f"saga:order:{order_id}"), 10, "the order in Redis again")
    until(engine.is_ready, 10, "it serves again")
    assert engine.stop() == 0
    assert_ended_once(world, [order_id])
    assert_redis_is_the_fold(world)


def test_a_start_that_begins_again_in_place_closes_and_refuses_no_connection(world):
    engine = world.engine().start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    kept = requests.Session()
    assert kept.get(f"{engine.base}/livez", timeout=10).status_code == 200
    pool = kept.get_adapter(engine.base).poolmanager.connection_from_url(engine.base)
    opened = pool.num_connections
    before = len(replayed(world))
    world.redis.client.flushall()

    def again():
        assert requests.get(f"{engine.base}/livez", timeout=10).status_code == 200  # each on a connection of its own
        assert kept.get(f"{engine.base}/livez", timeout=10).status_code == 200
        return len(replayed(world)) > before and engine.is_ready()

    until(again, 60, "started again in place")
    assert pool.num_connections == opened
    assert engine.stop() == 0


def test_a_redis_that_comes_back_with_an_older_dump_is_brought_up_again(world):
    engine = world.engine(SLOW).start()
    shop = Shop(engine)
    until(lambda: len(shop.accepted) > 50, 60, "orders")
    world.redis.save()
    dumped = checkpoint_offset(world.redis.client)
    until(lambda: checkpoint_offset(world.redis.client) > dumped, 60, "Redis has gone on behind its dump")
    before = len(replayed(world))
    world.redis.process.kill()
    world.redis.start()
    until(lambda: len(replayed(world)) > before, 60, "started again in place")
    more = len(shop.accepted) + 50
    until(lambda: len(shop.accepted) > more, 60, "orders afterwards")
    accepted = shop.stop()
    all_end(engine, len(accepted))
    assert engine.stop() == 0
    assert_ended_once(world, accepted.values())
    assert_redis_is_the_fold(world)


def test_a_parked_order_stays_parked_over_restarts_and_is_sent_on_behind_them(world):
    stuck = {"payment": {"simulate": {"refund_transient_rate": 1.0}, "retry": {"deadline": "300ms"}},
             "shipping": {"simulate": {"fail_rate": 1.0}}}
    engine = world.engine(stuck).start()
    order_id = engine.post(shop_order()).json()["orderId"]
    until(lambda: engine.order(order_id)["status"] == "parked", 20, "parked")
    engine.kill()
    for _ in range(2):
        engine = world.engine().start()
        time.sleep(0.5)
        assert engine.order(order_id)["status"] == "parked"
        assert engine.order(order_id)["reason"] == "shipping_failed"
        assert engine.stop() == 0
    assert chains(valid(world.records()))[order_id][-1] == "OrderParked"
    engine = world.engine().start()
    assert engine.retry(order_id).status_code == 202
    assert engine.reaches(order_id, "cancelled")["reason"] == "shipping_failed"
    assert engine.stop() == 0
    assert chains(valid(world.records()))[order_id][-5:] == [
        "OrderParked", "OrderResumed", "PaymentRefunded", "OrderCancelled", "NotificationSent"]


def test_a_key_whose_order_a_wiped_redis_has_forgotten_is_never_taken_for_a_new_one(world):
    engine = world.engine().start()
    order_id = engine.post(shop_order(), Idempotency_Key="mine").json()["orderId"]
    engine.completed(order_id)
    assert engine.stop() == 0
    second = world.engine().start()  # which does not have it in memory
    world.redis.client.flushall()

    def answered():
        try:
            answer = second.post(shop_order(), Idempotency_Key="mine")
        except requests.RequestException:
            return None  # it starts again in place
        assert answer.status_code in (202, 503)
        return answer if answer.status_code == 202 else None
    answer = until(answered, 30, "found again")
    assert answer.json()["orderId"] == order_id
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert second.stop() == 0
    assert_ended_once(world, [order_id])
