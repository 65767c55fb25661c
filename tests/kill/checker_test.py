"""The checker can fail: a good round's evidence has no findings, and each way to break a promise has one."""

import copy
import json

import pytest
from checker import Evidence, Line, check, shown
from history import Exchange

BEGAN = 1767225600  # 2026-01-01T00:00:00Z, and each record a second
DONE = "0190aaaa-0000-7000-8000-000000000001"
CANCELLED = "0190aaaa-0000-7000-8000-000000000002"
DECLINED = "0190aaaa-0000-7000-8000-000000000003"


class Topic:
    """Writes records as the contract has them: the next offset, epoch, seq and step by itself."""

    def __init__(self):
        self.lines = []
        self.epoch, self.seq = None, 0
        self.steps = {}

    def put(self, key, attributes):
        self.lines.append(Line(len(self.lines), key, json.dumps(attributes)))

    def open(self, **data):
        self.epoch, self.seq = len(self.lines), 0
        self.put(None, {"type": "EpochStarted", "id": f"opening-{self.epoch}", "data": {"engine": "e", **data}})

    def event(self, order_id, kind, **data):
        self.seq += 1
        step = self.steps[order_id] = self.steps.get(order_id, 0) + 1
        cause = {"causationid": f"{order_id}.{step - 1}"} if step > 1 else {}
        self.put(order_id, {"type": kind, "id": f"{order_id}.{step}", "subject": order_id, "time": f"2026-01-01T00:00:{len(self.lines):02}Z", **cause,
                            "epoch": str(self.epoch), "seq": str(self.seq), "data": {"orderId": order_id, **data}})

    def stock(self, sku, on_hand):
        self.seq += 1
        self.put(sku, {"type": "StockSet", "id": f"{self.epoch}.{self.seq}", "subject": sku, "epoch": str(self.epoch),
                       "seq": str(self.seq), "time": "t", "data": {"sku": sku, "onHand": on_hand}})

    def placed(self, order_id, tag, amount=500):
        self.event(order_id, "OrderPlaced", userId=tag, amountMinor=amount, items=[{"sku": "mouse", "quantity": 2}])


def lines_of(left):
    return [{"sku": "mouse", "quantity": 2, "left": left}]


def good():
    topic = Topic()
    topic.open()
    topic.stock("mouse", 10)
    topic.placed(DONE, "1-1")
    topic.event(DONE, "PaymentConfirmed", amountMinor=500, reference="pay")
    topic.placed(CANCELLED, "1-2")
    topic.event(CANCELLED, "PaymentConfirmed", amountMinor=500, reference="pay")
    topic.event(DONE, "InventoryUpdated", lines=lines_of(8))
    topic.event(CANCELLED, "InventoryUpdated", lines=lines_of(6))
    topic.event(DONE, "ShippingConfirmed", trackingNumber="T")
    topic.event(CANCELLED, "OrderCancelRequested")
    topic.event(CANCELLED, "InventoryReleased", lines=lines_of(8))
    topic.open()  # a restart
    topic.event(CANCELLED, "PaymentRefunded", amountMinor=500)
    topic.event(CANCELLED, "OrderCancelled")
    topic.event(DONE, "NotificationSent")
    topic.event(CANCELLED, "NotificationSent")
    topic.placed(DECLINED, "2-1", 700)
    topic.event(DECLINED, "PaymentNotAuthorized")
    topic.event(DECLINED, "OrderCancelled")
    topic.event(DECLINED, "NotificationFailed")

    def place(tag, status, order_id="", **more):
        return Exchange("place", 1, 1.0, 8080, status, tag=tag, answered_id=order_id, amount_minor=700 if tag == "2-1" else 500,
                        **more)
    exchanges = [
        place("1-1", 503, key="k"), place("1-1", None, key="k"), place("1-1", 202, DONE, key="k", replayed=True),
        place("1-2", 202, CANCELLED, answered_status="placed"),
        place("2-1", 504, DECLINED), place("2-2", 503), place("2-3", 504, "0190aaaa-0000-7000-8000-000000000009"),
        Exchange("cancel", 1, 2.0, 8080, 202, order_id=CANCELLED), Exchange("cancel", 1, 2.0, 8080, 409, order_id=DONE),
        Exchange("look", 1, 2.0, 8080, 200, order_id=DONE, answered_status="paid"),
        Exchange("stock", -1, 0.1, 8080, 202, sku="mouse", on_hand=10),
        Exchange("stock", -1, 0.2, 8080, 503, sku="mouse", on_hand=11),
    ]

    def document(order_id, status, amount=500):
        steps = [line for line in topic.lines if line.key == order_id]
        return {"status": status, "amountMinor": amount,
                "steps": [{"step": number, "type": line.type, "at": line.attributes["time"], "offset": line.offset}
                          for number, line in enumerate(steps, 1)]}
    redis = {
        "orders": {DONE: document(DONE, "completed"), CANCELLED: document(CANCELLED, "cancelled"),
                   DECLINED: document(DECLINED, "cancelled", 700)},
        "live": [], "recent": [DECLINED, CANCELLED, DONE], "stock": {"mouse": "8"},
        "checkpoint": {"offset": str(len(topic.lines) - 1), "epoch": str(topic.epoch), "seq": str(topic.seq)},
    }
    mails = [mail("shipping-confirmation", DONE), mail("shipping-confirmation", DONE), mail("order-cancelled", CANCELLED)]
    return Evidence(exchanges, topic.lines, redis, mails)


def mail(template, order_id, text="hello"):
    return f"Subject: x\r\nMessage-ID:\r\n <{template}.{order_id}@example.com>\r\n\r\n{text}\r\n"


def edit(order_id, kind, change):
    """Changes one event of an order on the topic; `change` gets its document."""
    def apply(evidence):
        for at, line in enumerate(evidence.lines):
            if line.key == order_id and line.type == kind:
                document = copy.deepcopy(line.attributes)
                change(document)
                evidence.lines[at] = Line(line.offset, line.key, json.dumps(document))
    return apply


def drop(order_id, kind=None):
    """As if they had never been: a stranger's records in their stead, and the seqs behind them close up."""
    def apply(evidence):
        seq = {}
        for at, line in enumerate(evidence.lines):
            document = dict(line.attributes)
            if line.key == order_id and (kind is None or line.type == kind):
                document = {"type": "Other", "id": "x"}
            elif "seq" in document:
                seq[document["epoch"]] = seq.get(document["epoch"], 0) + 1
                document["seq"] = str(seq[document["epoch"]])
            evidence.lines[at] = Line(line.offset, line.key, json.dumps(document))
    return apply


def answer(index, **fields):
    return lambda evidence: evidence.exchanges.__setitem__(index, Exchange(**{**evidence.exchanges[index].__dict__, **fields}))


def again(order_id, tag):
    def apply(evidence):
        topic = Topic()
        topic.lines = evidence.lines
        topic.epoch = max(line.offset for line in topic.lines if line.type == "EpochStarted")
        topic.seq = int(topic.lines[-1].attributes["seq"])
        topic.placed(order_id, tag)
    return apply


OTHER = "0190aaaa-0000-7000-8000-000000000007"
BROKEN = {
    "an accepted order is not on the topic": (drop(CANCELLED), "was accepted and is not on the topic"),
    "an accepted order has not ended": (drop(DONE, "NotificationSent"), "has not ended"),
    "an event is missing in the middle": (drop(CANCELLED, "InventoryReleased"), "it is step 6, and 4 were there"),
    "a refused order is there": (answer(4, status=503), "was refused and is order"),
    "nobody asked for an order": (again(OTHER, "9-9"), "nobody asked"),
    "one request became two orders": (again(OTHER, "1-2"), "2 orders of one request"),
    "an order is placed twice": (again(DONE, "1-1"), "not legal in completed"),
    "one key has two ids": (answer(2, answered_id=OTHER), "was accepted and is not on the topic"),
    "an unknown outcome became another order": (answer(4, answered_id=OTHER), "504 spoke of"),
    "a repeat is taken as new": (lambda evidence: evidence.exchanges.insert(3, Exchange(
        **{**evidence.exchanges[2].__dict__, "replayed": False})), "accepted twice"),
    "an error that is not in the contract": (answer(1, status=500), "answered 500"),
    "a cancel was promised and did not happen": (answer(7, order_id=DONE), "answered 202; the order is completed"),
    "a cancel was refused and happened": (answer(7, status=409), "answered 409; the order is cancelled"),
    "an accepted order is not found": (answer(9, status=404), "answered 404"),
    "an end was shown that was none": (answer(9, answered_status="cancelled"), "GET of"),
    "a waiting client was told another end": (answer(3, status=200, answered_status="completed"), "was told it is completed"),
    "an illegal step": (edit(DONE, "ShippingConfirmed", lambda event: event.update(type="PaymentRefunded")), "not legal in reserved"),
    "a step number twice": (edit(DONE, "ShippingConfirmed", lambda event: event.update(id=f"{DONE}.3")), "it is step 3"),
    "another order's cause": (edit(DONE, "ShippingConfirmed", lambda event: event.update(causationid=f"{OTHER}.3")), "its causationid"),
    "the price changed": (edit(DONE, "OrderPlaced", lambda event: event["data"].update(amountMinor=501)), "was ordered for 500"),
    "too little refunded": (edit(CANCELLED, "PaymentRefunded", lambda event: event["data"].update(amountMinor=400)), "refunded 400"),
    "oversold": (lambda evidence: [edit("mouse", "StockSet", lambda event: event["data"].update(onHand=3))(evidence)], "oversold"),
    "a wrong number left": (edit(DONE, "InventoryUpdated", lambda event: event["data"].update(lines=lines_of(7))), "is said to be at 7"),
    "stock that was set is not there": (answer(10, on_hand=12), "answered 202 and is on the topic 0 times"),
    "stock that was refused is there": (answer(10, status=503), "answered 503 and is on the topic 1 times"),
    "a mail with other bytes": (lambda evidence: evidence.mails.append(mail("shipping-confirmation", DONE, "other")), "other bytes"),
    "a mail of the other end": (lambda evidence: evidence.mails.append(mail("order-cancelled", DONE)), "which is completed"),
    "a mail for no order": (lambda evidence: evidence.mails.append(mail("order-cancelled", OTHER)), "which is not on the topic"),
    "a mail that never came": (lambda evidence: evidence.mails.pop(), "never came"),
    "a mail without an id": (lambda evidence: evidence.mails.append("Subject: x\r\n\r\n"), "without a Message-ID"),
    "Redis lacks an order": (lambda evidence: evidence.redis["orders"].pop(DONE), "Redis has no order"),
    "Redis has an order too many": (lambda evidence: evidence.redis["orders"].update({OTHER: {}}), "the topic has not"),
    "Redis shows an old state": (lambda evidence: evidence.redis["orders"][DONE].update(status="shipped"), "as shipped"),
    "Redis has a step at another offset": (lambda evidence: evidence.redis["orders"][DONE]["steps"][0].update(offset=1), "Redis shows"),
    "Redis thinks an order lives": (lambda evidence: evidence.redis["live"].append(DONE), "live orders differ"),
    "Redis lists an end twice": (lambda evidence: evidence.redis["recent"].append(DONE), "4 recent orders, of which 3"),
    "Redis has forgotten an end": (lambda evidence: evidence.redis["recent"].pop(), "recent orders differ"),
    "Redis has other stock": (lambda evidence: evidence.redis["stock"].update(mouse="6"), "Redis' stock"),
    "Redis is behind": (lambda evidence: evidence.redis["checkpoint"].update(offset="3"), "Redis' checkpoint"),
}


def test_a_good_round_has_no_findings():
    assert check(good()) == []


def test_steps_alike_are_one_in_a_document():
    steps = [("OrderPlaced", "t1", 3), ("OrderParked", "t2", 4), ("OrderResumed", "t3", 7), ("OrderParked", "t4", 9)]
    assert shown(steps) == [{"step": 1, "type": "OrderPlaced", "at": "t1", "offset": 3},
                            {"step": 2, "type": "OrderParked", "at": "t2", "offset": 4, "count": 2, "lastStep": 4, "lastAt": "t4", "lastOffset": 9},
                            {"step": 3, "type": "OrderResumed", "at": "t3", "offset": 7}]


def test_an_engine_that_opened_the_topic_and_did_no_more_is_none():
    evidence = good()
    evidence.lines.append(Line(len(evidence.lines), None, json.dumps({"type": "EpochStarted", "id": "last", "data": {"engine": "e"}})))
    assert check(evidence) == []


def assert_found(evidence, breaking, finding):
    breaking(evidence)
    assert any(finding in found for found in check(evidence)), "\n".join(check(evidence)) or "no findings"


@pytest.mark.parametrize("name", BROKEN)
def test_found(name):
    assert_found(good(), *BROKEN[name])


def evicting(evidence, began, ended):
    evidence.redis.update(began=BEGAN, evicted=[[began, ended]])


def forget(evidence, order_id):
    evidence.redis["orders"].pop(order_id)
    evidence.redis["recent"].remove(order_id)


def placed_anew(evidence, order_id, tag):
    """Its key came again after it was forgotten: the same id, from the beginning."""
    topic = Topic()
    last = evidence.lines[-1].attributes
    topic.lines, topic.epoch, topic.seq = evidence.lines, int(last["epoch"]), int(last["seq"])
    topic.placed(order_id, tag)
    topic.event(order_id, "PaymentNotAuthorized")
    topic.event(order_id, "OrderCancelled")
    topic.event(order_id, "NotificationSent")
    evidence.mails.append(mail("order-cancelled", order_id))
    evidence.exchanges.append(Exchange("place", 1, 25.0, 8080, 202, tag=tag, key="k", answered_id=order_id, amount_minor=500))
    steps = [line for line in topic.lines if line.key == order_id][-4:]
    evidence.redis["orders"][order_id] = {
        "status": "cancelled", "amountMinor": 500,
        "steps": [{"step": number, "type": line.type, "at": line.attributes["time"], "offset": line.offset}
                  for number, line in enumerate(steps, 1)]}
    evidence.redis["recent"].insert(0, order_id)
    evidence.redis["checkpoint"].update(offset=str(len(topic.lines) - 1), seq=str(topic.seq))


def test_what_had_ended_may_be_forgotten_by_a_redis_that_evicts():
    evidence = good()
    evicting(evidence, 14.5, 15.5)  # DONE has ended, CANCELLED has not
    forget(evidence, DONE)
    evidence.exchanges.append(Exchange("look", 1, 20.0, 8080, 404, order_id=DONE))
    evidence.exchanges.append(Exchange("cancel", 1, 20.0, 8080, 404, order_id=DONE))
    assert check(evidence) == []
    placed_anew(evidence, DONE, "1-1")
    assert check(evidence) == []


FORGOTTEN = {
    "what ended later": (lambda evidence: forget(evidence, DECLINED), "Redis has no order"),
    "from the list": (lambda evidence: evidence.redis["recent"].remove(DECLINED), "recent orders differ"),
    "before it was evicted": (lambda evidence: evidence.exchanges.append(
        Exchange("look", 1, 14.2, 8080, 404, order_id=DONE)), "answered 404"),
    "while it was under way": (lambda evidence: evidence.exchanges.append(
        Exchange("look", 1, 20.0, 8080, 404, order_id=DECLINED)), "answered 404"),
    "stock": (lambda evidence: evidence.redis["stock"].clear(), "Redis' stock"),
    "and accepted anew without an order": (lambda evidence: evidence.exchanges.append(
        Exchange("place", 1, 25.0, 8080, 202, tag="1-1", key="k", answered_id=DONE, amount_minor=500)), "accepted twice"),
    "and its second life has not ended": (lambda evidence: (placed_anew(evidence, DONE, "1-1"), evidence.lines.pop()),
                                          "has not ended"),
    "and its first life has not ended": (lambda evidence: (
        drop(DONE, "NotificationSent")(evidence), placed_anew(evidence, DONE, "1-1")), "not legal in shipped"),
    "and its mail came once for two": (lambda evidence: (placed_anew(evidence, CANCELLED, "1-2"), evidence.mails.clear()),
                                       "never came"),
}


@pytest.mark.parametrize("name", FORGOTTEN)
def test_a_redis_that_evicts_may_not_forget(name):
    evidence = good()
    evicting(evidence, 14.5, 15.5)
    assert_found(evidence, *FORGOTTEN[name])


def test_without_an_eviction_nothing_may_be_placed_anew():
    evidence = good()
    placed_anew(evidence, DONE, "1-1")
    assert any("not legal in completed" in found for found in check(evidence))


def test_a_zombies_records_are_no_history():
    evidence = good()
    zombie = {**next(line.attributes for line in evidence.lines if line.key == DONE and line.type == "NotificationSent"),
              "epoch": "0", "seq": "99"}
    evidence.lines.append(Line(len(evidence.lines), DONE, json.dumps(zombie)))
    assert check(evidence) == []


def test_evidence_survives_being_kept(tmp_path):
    good().write(tmp_path)
    assert check(Evidence.read(tmp_path)) == []
