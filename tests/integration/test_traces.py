"""Traces: a traceparent is taken up and passed on, and an order's spans come to a collector, read by the official definitions."""

import os
import subprocess
import uuid

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from harness.collector import attributes, collector
from harness.engine import BINARY, verify
from harness.scripted import QUICK, scripted
from harness.shop import placed, shop_order
from harness.wait import until

payment = pytest.fixture(scripted, name="payment")
traced = pytest.fixture(collector, name="traced")

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
HAPPY = ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingConfirmed", "NotificationSent"]


def trace_of(order_id):
    """Of an order that came without one."""
    return uuid.UUID(order_id).hex


def place(engine, traceparent, **changes):
    answer = engine.post(shop_order(**changes), traceparent=traceparent)
    assert answer.status_code == 202, answer.text
    return answer.json()["orderId"]


def paid_by(participant):
    return {"payment": {**participant.settings, "retry": QUICK}}


def extensions(world, order_id):
    return [record.event.get_extension("traceparent") for record in world.events_of(order_id)]


def check_tree(spans, steps):
    """One order, its steps in their order from one to the next, each with its ack; calls and mails within steps."""
    order, = spans["order"]
    by_id = {span.span_id: span for same in spans.values() for span in same}
    assert len(by_id) == sum(map(len, spans.values())), "ids are unique"
    assert attributes(order)["saga.order.id"]
    at = order.start_time_unix_nano
    for number, name in enumerate(steps, 1):
        step, = spans[name]
        assert attributes(step)["saga.step"] == number
        assert (step.parent_span_id, step.start_time_unix_nano) == (order.span_id, at)
        at = step.end_time_unix_nano
        for ack in spans[f"ack {name}"]:
            assert (ack.parent_span_id, ack.start_time_unix_nano, ack.kind) == (order.span_id, at, Span.SPAN_KIND_PRODUCER)
    for span in by_id.values():
        assert span.start_time_unix_nano <= span.end_time_unix_nano <= order.end_time_unix_nano
        if span is not order:
            assert span.start_time_unix_nano >= by_id[span.parent_span_id].start_time_unix_nano
    return order


def test_an_order_in_a_trace_ends_as_spans_of_that_trace(world, traced):
    engine = world.engine(traced.settings).start()
    order_id = place(engine, f"00-{TRACE}-{CALLER}-01")
    document = engine.completed(order_id)
    spans = traced.ended(TRACE)
    order = check_tree(spans, HAPPY)
    assert (order.parent_span_id.hex(), order.kind) == (CALLER, Span.SPAN_KIND_SERVER)
    assert attributes(order) == {"saga.order.id": order_id, "saga.order.status": "completed"}
    assert order.status.code == Status.STATUS_CODE_UNSET
    assert all(len(spans[f"ack {name}"]) == 1 for name in HAPPY)
    assert [attributes(spans[f"ack {step['type']}"][0])["saga.offset"] for step in document["steps"]] == \
        [step["offset"] for step in document["steps"]]
    mail, = spans["mail"]
    assert (mail.parent_span_id, mail.kind) == (spans["NotificationSent"][0].span_id, Span.SPAN_KIND_CLIENT)
    assert extensions(world, order_id) == [f"00-{TRACE}-{CALLER}-01"] * len(HAPPY)
    assert all(resource["service.name"] == "order-engine" and resource["service.version"] for resource in traced.resources)
    until(lambda: engine.metric("saga_spans_total") == sum(map(len, spans.values())), 20, "all of them are counted")
    assert engine.stop() == 0


def test_the_collector_is_told_what_it_wants_and_nobody_else_is(world, traced):
    secret = "Basic b3RlbDpvdGVs"
    headers = {"authorization": {"env": "COLLECTOR_AUTHORIZATION"}, "x-tenant": "shop"}
    engine = world.engine({"traces": {**traced.settings["traces"], "headers": headers}},
                          env={**os.environ, "COLLECTOR_AUTHORIZATION": secret}).start()
    order_id = placed(engine)
    engine.completed(order_id)
    traced.ended(trace_of(order_id))
    assert {(sent["authorization"], sent["x-tenant"]) for sent in traced.headers} == {(secret, "shop")}
    assert engine.stop() == 0
    printed = subprocess.run([str(BINARY), "--config", str(engine.folder / "engine.toml"), "--print-config"], capture_output=True,
                             text=True, check=True, timeout=60, env={**os.environ, "COLLECTOR_AUTHORIZATION": secret})
    assert '"authorization" = { env = "COLLECTOR_AUTHORIZATION" }' in printed.stdout
    assert secret not in printed.stdout + printed.stderr + engine.log.read_text()


def test_an_order_without_a_trace_begins_one_under_its_own_id(world, traced):
    engine = world.engine(traced.settings).start()
    order_id = place(engine, "00-nonsense")
    order = check_tree(traced.ended(trace_of(order_id)), HAPPY)
    assert order.parent_span_id == b""
    assert extensions(world, order_id) == [f"00-{trace_of(order_id)}-{order.span_id.hex()}-01"] * len(HAPPY)


def test_an_order_that_fails_shows_its_way_back(world, traced):
    engine = world.engine({**traced.settings, "shipping": {"simulate": {"fail_sku": "glass*"}}}).start()
    order_id = placed(engine, item="glass vase")
    engine.reaches(order_id, "cancelled")
    spans = traced.ended(trace_of(order_id))
    order = check_tree(spans, ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingFailed", "InventoryReleased",
                               "PaymentRefunded", "OrderCancelled", "NotificationSent"])
    assert (order.status.code, order.status.message) == (Status.STATUS_CODE_ERROR, "shipping_failed")
    errors = {name for name, same in spans.items() for span in same if span.status.code == Status.STATUS_CODE_ERROR}
    assert errors == {"order", "ShippingFailed"}
    assert attributes(order)["saga.order.reason"] == "shipping_failed"


def test_each_attempt_of_a_call_tells_the_participant_its_span(world, payment, traced):
    payment.script = lambda call: (500, {}) if call.attempt == 1 and call.turn == "payment.charge" else call.done()
    engine = world.engine({**traced.settings, **paid_by(payment)}).start()
    order_id = place(engine, f"00-{TRACE}-{CALLER}-01")
    engine.completed(order_id)
    spans = traced.ended(TRACE)
    check_tree(spans, HAPPY)
    calls = spans["payment.charge"]
    assert [call.traceparent for call in payment.of(order_id)] == [f"00-{TRACE}-{span.span_id.hex()}-01" for span in calls]
    assert [attributes(span)["saga.attempt"] for span in calls] == [1, 2]
    assert [attributes(span)["http.response.status_code"] for span in calls] == [500, 200]
    assert [span.status.code for span in calls] == [Status.STATUS_CODE_ERROR, Status.STATUS_CODE_UNSET]
    for span in calls:
        assert (span.parent_span_id, span.kind) == (spans["PaymentConfirmed"][0].span_id, Span.SPAN_KIND_CLIENT)
    assert {call.event["traceparent"] for call in payment.calls} == {f"00-{TRACE}-{CALLER}-01"}
    assert len({call.body for call in payment.calls}) == 1


def test_without_a_collector_a_trace_is_passed_on_as_it_came(world, payment):
    engine = world.engine(paid_by(payment)).start()
    traceparent = f"00-{TRACE}-{CALLER}-01"
    order_id, other = place(engine, traceparent), placed(engine)
    engine.completed(order_id)
    engine.completed(other)
    assert [call.traceparent for call in payment.of(order_id)] == [traceparent]
    assert [call.traceparent for call in payment.of(other)] == [None]
    assert extensions(world, order_id) == [traceparent] * len(HAPPY)
    assert set(extensions(world, other)) == {None}
    assert engine.metric("saga_spans_total") is None


def test_what_the_caller_does_not_record_is_not_recorded(world, payment, traced):
    engine = world.engine({**traced.settings, **paid_by(payment)}).start()
    unsampled = place(engine, f"00-{TRACE}-{CALLER}-00")
    engine.completed(unsampled)
    order_id = placed(engine)
    traced.ended(trace_of(order_id))
    assert engine.stop() == 0
    assert not any(traced.spans(TRACE).values())
    assert [call.traceparent for call in payment.of(unsampled)] == [f"00-{TRACE}-{CALLER}-00"]


def test_an_order_keeps_its_trace_over_a_kill(world, payment, traced, tmp_path):
    payment.script = lambda call: (503, {}, {"Retry-After": "1"})
    engine = world.engine({**traced.settings, **paid_by(payment)}).start()
    came, begun = place(engine, f"00-{TRACE}-{CALLER}-01"), placed(engine)
    for order_id in (came, begun):
        payment.called(order_id, "payment.charge")
    engine.kill()
    payment.script = lambda call: call.done()
    engine.start()
    for order_id, trace_id in ((came, TRACE), (begun, trace_of(begun))):
        engine.completed(order_id)
        spans = traced.ended(trace_id)
        order = check_tree(spans, HAPPY)
        assert order.parent_span_id.hex() == (CALLER if order_id == came else "")
        assert not spans["ack OrderPlaced"], "this engine has not seen it"
        assert len(spans["ack PaymentConfirmed"]) == 1
        told = {call.traceparent.split("-")[1] for call in payment.of(order_id)}
        assert told == {trace_id}
    assert engine.stop() == 0
    found = verify(tmp_path, engine.config)
    assert found.returncode == 0, found.stdout


def test_a_collector_that_is_away_or_hangs_holds_nothing_up(world, traced):
    traced.down()
    engine = world.engine(traced.settings).start()
    first = placed(engine)
    engine.completed(first)
    until(lambda: "the collector of traces is away" in engine.log.read_text(), 20, "a line in the log")
    traced.up()
    traced.ended(trace_of(first))
    until(lambda: "traces are taken again" in engine.log.read_text(), 20, "a line in the log")

    traced.asked.clear()
    traced.hang.clear()
    hung = placed(engine)
    assert traced.asked.wait(30)
    engine.completed(hung)
    engine.completed(placed(engine))
    assert engine.stop(seconds=20) == 0
