"""Ten thousand requests that are not to be accepted: each gets its documented status or a close, nothing reaches the topic."""

import concurrent.futures
import json
import os
import random

import pytest

from harness.malformed import GOOD, all_cases
from harness.raw import Closed, Connection, post, request
from harness.shop import shop_order
from harness.topic import SAGA
from harness.wait import until

SEED = int(os.environ.get("MALFORMED_SEED", "20260102"))
DEADLINES = {"http": {"head_deadline": "2s", "body_deadline": "2s", "idle_deadline": "4s"}}


def assert_unharmed(engine, world):
    """The engine takes and completes one good order, and that order is all there is on the topic."""
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.completed(order_id)
    assert [record.type for record in world.records()] == ["EpochStarted", *SAGA]
    assert {record.key for record in world.records()[1:]} == {order_id}
    assert engine.process.exit_code() is None


def fault(port, case):
    """None when the engine answers the case as it may, else what was wrong."""
    with Connection(port) as connection:
        try:
            connection.send(*case.pieces)
            if case.name.startswith(("mutation", "noise")):
                connection.end()
            answer = connection.answer()
        except Closed:
            return None if case.close else "closed without an answer"
        except TimeoutError:
            return "no answer"
        if answer.status not in case.allowed:
            return f"answered {answer.status}: {answer.body[:200]!r}"
        if answer.status >= 400 and not answer.headers.get("content-type", "").startswith("application/problem+json"):
            return f"{answer.status} is no problem document"
        if answer.status >= 400 and json.loads(answer.body)["status"] != answer.status:
            return f"the problem document says another status than {answer.status}"
        if answer.status == 405 and "allow" not in answer.headers:
            return "405 without Allow"
        if case.closes:
            try:
                connection.answers_until_close()
            except TimeoutError:
                return f"answered {answer.status} and left the connection open"
    return None


def test_ten_thousand_malformed_requests(world):
    engine = world.engine(DEADLINES).start()
    cases = all_cases(random.Random(SEED))
    assert len(cases) >= 10_000
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        faults = [(case, wrong) for case, wrong in zip(cases, pool.map(lambda case: fault(engine.port, case), cases)) if wrong]
    shown = "\n".join(f"{case.name}: {wrong}; allowed {sorted(case.allowed)}; sent {b''.join(case.pieces)[:300]!r}"
                      for case, wrong in faults[:40])
    assert not faults, f"seed {SEED}: {len(faults)} of {len(cases)} cases\n{shown}"
    assert_unharmed(engine, world)


def sent_slowly(port, text, pause):
    """Sends byte after byte with a pause, until the server answers or closes; returns the status, None for a close."""
    with Connection(port) as connection:
        connection.socket.settimeout(pause)
        for number in range(len(text)):
            try:
                connection.socket.sendall(text[number:number + 1])
                return connection.answer().status
            except TimeoutError:
                continue
            except (Closed, BrokenPipeError, ConnectionResetError):
                return None
        connection.socket.settimeout(20)
        try:
            return connection.answer().status
        except Closed:
            return None


def test_slow_heads_and_bodies_meet_their_deadline(world):
    """However steadily the bytes drip: the deadline counts from the first byte and not from the last."""
    engine = world.engine(DEADLINES).start()
    head = request(headers=["X: " + "a" * 4000])
    body = post(GOOD[:-1] + b" " * 4000)
    body_begun = body.index(b"\r\n\r\n") + 4
    texts = [head, b"G", b"POST /v1/orders HTTP/1.1\r\n", body[:body_begun], body[:body_begun + 1], body]
    with concurrent.futures.ThreadPoolExecutor(120) as pool:
        slow = [pool.submit(sent_slowly, engine.port, text, pause) for text in texts for pause in (0.01, 0.1, 0.5) for _ in range(6)]
        statuses = {job.result() for job in slow}
    assert statuses <= {408, None}
    assert 408 in statuses
    assert_unharmed(engine, world)


def test_silent_and_idle_connections_are_closed(world):
    engine = world.engine(DEADLINES).start()
    silent = Connection(engine.port)
    idle = Connection(engine.port)
    idle.send(request())
    assert idle.answer().status == 200
    for connection in (silent, idle):
        with connection:
            assert {answer.status for answer in connection.answers_until_close()} <= {408}


@pytest.mark.parametrize("count", [2, 16, 17, 40, 1000])
def test_pipelined_requests_are_answered_in_order_or_closed(shared_engine, count):
    with Connection(shared_engine.port) as connection:
        connection.send(b"".join(request(target="/livez" if number % 2 == 0 else "/nothing") for number in range(count)))
        answers = []
        try:
            while len(answers) < count:
                answers.append(connection.answer().status)
        except Closed:
            assert count > 16
        assert answers == [200 if number % 2 == 0 else 404 for number in range(len(answers))]
        assert len(answers) >= min(count, 16) or count > 16


def test_pipelined_bad_bodies_each_get_their_refusal(engine, world):
    with Connection(engine.port) as connection:
        connection.send(b"".join(post(GOOD[:-1]) + post(GOOD.replace(b"49.99", b"-1")) for _ in range(8)))
        assert [connection.answer().status for _ in range(16)] == [400, 422] * 8
    assert_unharmed(engine, world)


def test_orders_pipelined_are_answered_in_order(engine, world):
    with Connection(engine.port) as connection:
        connection.send(b"".join(post(json.dumps(shop_order(amount=number + 1)).encode()) for number in range(16)))
        ids = [json.loads(connection.answer().body)["orderId"] for _ in range(16)]
    assert [engine.completed(order_id)["amountMinor"] for order_id in ids] == [100 * (number + 1) for number in range(16)]


def test_connection_stays_open_behind_a_refusal_of_the_body(shared_engine):
    with Connection(shared_engine.port) as connection:
        for _ in range(3):
            connection.send(post(b"{"))
            assert connection.answer().status == 400
            connection.send(request())
            assert connection.answer().status == 200


def test_expect_continue_is_answered(engine, world):
    with Connection(engine.port) as connection:
        text = post(GOOD, ["Content-Type: application/json", "Expect: 100-continue"])
        at = text.index(b"\r\n\r\n") + 4
        connection.send(text[:at])
        assert connection.socket.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.send(text[at:])
        assert connection.answer().status == 202


def test_clients_that_vanish_leave_nothing_behind(engine, world):
    """Half a request, then a reset or an end, at every byte."""
    text = post(GOOD)
    for at in range(len(text)):
        with Connection(engine.port) as connection:
            connection.send(text[:at])
            if at % 2:
                connection.reset()
    open_descriptors = f"/proc/{engine.process.pid}/fd"
    before = len(os.listdir(open_descriptors))
    for _ in range(3):
        for _ in range(100):
            with Connection(engine.port) as connection:
                connection.send(text[:-1])
    until(lambda: len(os.listdir(open_descriptors)) <= before + 5, 10, "descriptors given back before any deadline")
    assert_unharmed(engine, world)


def test_a_flood_of_idle_connections_does_not_keep_others_out(engine, world):
    crowd = [Connection(engine.port) for _ in range(800)]
    try:
        assert_unharmed(engine, world)
    finally:
        for connection in crowd:
            connection.socket.close()
