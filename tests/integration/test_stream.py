"""GET /v1/events: every acked CloudEvent, resumable."""

import json

from harness.shop import shop_order
from harness.sse import Stream
from harness.topic import SAGA


def of(order_id):
    return lambda event: event.kind != "gap" and event.json.get("subject") == order_id


def test_stream_shows_every_event_with_its_offset(engine, world):
    with Stream(engine.base) as stream:
        ids = [engine.post(shop_order()).json()["orderId"] for _ in range(10)]
        events = stream.take(50, lambda event: event.kind != "gap" and event.json.get("subject") in ids)
    records = {record.offset: record for record in world.records()}
    assert [int(event.id) for event in events] == [o for o, r in sorted(records.items()) if r.key in ids]
    for event in events:
        assert event.json == json.loads(records[int(event.id)].value)


def test_last_event_id_resumes_behind_it(engine):
    first = engine.completed(engine.post(shop_order()).json()["orderId"])
    second = engine.completed(engine.post(shop_order()).json()["orderId"])
    offsets = [step["offset"] for order in (first, second) for step in order["steps"]]
    for index in (0, 3, 7):
        with Stream(engine.base, Last_Event_ID=str(offsets[index])) as stream:
            events = stream.take(9 - index)
        assert [int(event.id) for event in events] == offsets[index + 1:]


def test_resumed_stream_goes_on_live(engine):
    first = engine.completed(engine.post(shop_order()).json()["orderId"])
    with Stream(engine.base, Last_Event_ID=str(first["steps"][3]["offset"])) as stream:
        second = engine.post(shop_order()).json()["orderId"]
        events = stream.take(6)
    assert [event.json["type"] for event in events] == ["NotificationSent", *SAGA]
    assert [event.json.get("subject") for event in events[1:]] == [second] * 5


def test_resume_from_before_the_kept_events_says_gap_once(world):
    engine = world.engine().start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    assert engine.stop() == 0
    second = world.engine().start()
    with Stream(second.base, Last_Event_ID="1") as stream:
        order_id = second.post(shop_order()).json()["orderId"]
        events = []
        for event in stream:
            events.append(event)
            if event.kind != "gap" and event.json.get("subject") == order_id and event.json["type"] == SAGA[-1]:
                break
    assert [event.kind == "gap" for event in events].count(True) == 1
    assert events[0].kind == "gap"
    assert [event.json["type"] for event in events[1:] if event.json.get("subject") == order_id] == SAGA


def test_nonsense_as_last_event_id_does_not_hurt(shared_engine):
    for text in ("x", "-1", "99999999999999999999999", "1.5"):
        answer = shared_engine.session.get(shared_engine.base + "/v1/events", headers={"Last-Event-ID": text}, stream=True, timeout=20)
        assert answer.status_code in (200, 400)
        answer.close()
    shared_engine.completed(shared_engine.post(shop_order()).json()["orderId"])


def test_twenty_readers_see_the_same(shared_engine):
    streams = [Stream(shared_engine.base) for _ in range(20)]
    order_id = shared_engine.post(shop_order()).json()["orderId"]
    for stream in streams:
        with stream:
            assert [event.json["type"] for event in stream.take(5, of(order_id))] == SAGA
