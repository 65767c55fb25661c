"""What the checker says of participants' books, of mails asked for again and of what orders say can fail as well: each way to break
a promise has a finding."""

import copy
import json

import pytest
from checker import Evidence, check
from checker_test import CANCELLED, DECLINED, DONE, Topic, assert_found, drop, edit, mail
from history import Exchange

UNKNOWN = "0190aaaa-0000-7000-8000-000000000004"
LOST = "0190aaaa-0000-7000-8000-000000000008"
SAID = {"reference": "R-1", "metadata": {"a": [1, None]}, "discount": "1.00"}


def good():
    """DONE is paid for at the shipment and its mail is sent again, CANCELLED was shipped and called back, of UNKNOWN nobody knows
    whether it was paid, DECLINED was not."""
    topic = Topic()
    topic.open()

    def placed(order_id, tag, **said):
        topic.event(order_id, "OrderPlaced", userId=tag, amountMinor=500, items=[{"sku": "book", "quantity": 1, "price": "6.00"}, {
            "sku": "postage", "quantity": 1, "price": "0.00", "stocked": False}], capture="later", **said)
        turn(order_id, "payment.charge")

    def turn(order_id, name):
        line = topic.lines[-1]
        line.value = json.dumps({**json.loads(line.value), "turn": name})
        assert line.key == order_id

    def paid(order_id, reference):
        topic.event(order_id, "PaymentConfirmed", amountMinor=500, reference=reference)
        topic.event(order_id, "InventoryUpdated", lines=[{"sku": "book", "quantity": 1}])
        turn(order_id, "shipping.ship")

    placed(DONE, "1-1", **SAID)
    paid(DONE, "pi_done")
    topic.event(DONE, "ShippingConfirmed", trackingNumber="RR000000016GB")
    turn(DONE, "payment.capture")
    topic.event(DONE, "PaymentCaptured", amountMinor=500, reference="pi_done")
    topic.event(DONE, "NotificationSent")
    topic.event(DONE, "MailRequested")
    topic.event(DONE, "NotificationSent")
    placed(CANCELLED, "1-2")
    paid(CANCELLED, "pi_cancelled")
    topic.event(CANCELLED, "ShippingUnresolved")
    turn(CANCELLED, "shipping.recall")
    topic.event(CANCELLED, "ShippingRecalled")
    topic.event(CANCELLED, "InventoryReleased", lines=[{"sku": "book", "quantity": 1}])
    turn(CANCELLED, "payment.undo")
    topic.event(CANCELLED, "PaymentRefunded", amountMinor=500)
    placed(UNKNOWN, "1-3")
    topic.event(UNKNOWN, "PaymentUnresolved", key=f"{UNKNOWN}.payment.charge")
    turn(UNKNOWN, "payment.undo")
    topic.event(UNKNOWN, "PaymentRefunded", amountMinor=500)
    placed(DECLINED, "1-4")
    topic.event(DECLINED, "PaymentNotAuthorized")
    for order_id in (CANCELLED, UNKNOWN, DECLINED):
        topic.event(order_id, "OrderCancelled")
        topic.event(order_id, "NotificationSent")

    orders = (DONE, CANCELLED, UNKNOWN, DECLINED)
    exchanges = [Exchange("place", 1, 1.0, 8080, 202, tag=f"1-{number}", answered_id=order_id, amount_minor=500,
                          said=SAID if order_id == DONE else {}) for number, order_id in enumerate(orders, 1)]
    exchanges += [Exchange("again", 1, 2.0, 8080, status, order_id=DONE) for status in (409, 202)]
    return Evidence(exchanges, topic.lines, redis_of(topic, orders),
                    [mail("shipping-confirmation", DONE), mail("shipping-confirmation", f"{DONE}.7"),
                     *(mail("order-cancelled", order_id) for order_id in orders[1:])], books())


def redis_of(topic, orders):
    def document(order_id):
        alike = {}
        for number, line in enumerate([line for line in topic.lines if line.key == order_id], 1):
            step = alike.setdefault(line.type, {"step": number, "type": line.type, "at": line.attributes["time"], "offset": line.offset})
            if step["step"] != number:
                step.update(count=2, lastStep=number, lastAt=line.attributes["time"], lastOffset=line.offset)
        return {"status": "completed" if order_id == DONE else "cancelled", "amountMinor": 500, "steps": list(alike.values())}
    return {"orders": {order_id: document(order_id) for order_id in orders}, "live": [], "recent": list(orders), "stock": {},
            "checkpoint": {"offset": str(len(topic.lines) - 1), "epoch": str(topic.epoch), "seq": str(topic.seq)}}


def books():
    def call(key, **fields):
        return {"key": key, "body": "sha", "answer": None, "undone": 0, **fields}

    def intent(name, order_id, status):
        return {"id": name, "status": status, "amount": 500, "metadata": {"order": order_id}}
    return {
        "payment": {
            "calls": [call(f"{DONE}.payment.charge", intent="pi_done"), call(f"{DONE}.payment.capture"),
                      call(f"{CANCELLED}.payment.charge", intent="pi_cancelled", undone=1), call(f"{CANCELLED}.payment.undo"),
                      call(f"{UNKNOWN}.payment.charge", intent="pi_unknown", undone=1), call(f"{UNKNOWN}.payment.undo"),
                      call(f"{DECLINED}.payment.charge", intent="pi_declined")],
            "intents": [intent("pi_done", DONE, "succeeded"), intent("pi_lost", DONE, "requires_confirmation"),
                        intent("pi_cancelled", CANCELLED, "canceled"), intent("pi_unknown", UNKNOWN, "succeeded"),
                        intent("pi_declined", DECLINED, "requires_payment_method")],
            "refunds": [{"payment_intent": "pi_unknown"}]},
        "shipping": {
            "calls": [call(f"{DONE}.shipping.ship", number=1, answer='{"trackingNumber":"RR000000016GB"}'),
                      call(f"{CANCELLED}.shipping.ship", number=2, undone=1), call(f"{CANCELLED}.shipping.recall", number=3)],
            "labels": ["RR000000016GB.txt"]}}


def payment(part, index, **fields):
    return lambda evidence: evidence.books["payment"][part][index].update(fields)


def shipping(index, **fields):
    return lambda evidence: evidence.books["shipping"]["calls"][index].update(fields)


def another(part, index, **fields):
    def apply(evidence):
        rows = evidence.books["payment"][part]
        rows.append({**copy.deepcopy(rows[index]), **fields})
    return apply


def labels(*names):
    return lambda evidence: evidence.books["shipping"].update(labels=list(names))


def without_turn(event):
    event.pop("turn")


BROKEN = {
    "completed and not charged": (payment("intents", 0, status="canceled"), "not pi_done alone is captured"),
    "completed and not captured": (payment("intents", 0, status="requires_capture"), "not pi_done alone is captured"),
    "completed and refunded": (another("refunds", 0, payment_intent="pi_done"), "not pi_done alone is captured"),
    "captured otherwise than it cost": (payment("intents", 0, amount=501), "not pi_done alone is captured"),
    "charged twice": (another("intents", 0, id="pi_second"), "2 were charged"),
    "charged past the table": (payment("calls", 0, intent="pi_lost"), "another one was charged than pi_lost"),
    "cancelled and charged": (payment("intents", 4, status="succeeded"), "['pi_declined'] is neither refunded nor void"),
    "cancelled and authorised": (payment("intents", 2, status="requires_capture"), "['pi_cancelled'] is neither refunded nor void"),
    "charged behind its undo": (payment("intents", 2, status="succeeded"), "['pi_cancelled'] was charged behind its undo"),
    "refunded twice": (another("refunds", 0), "refunded 2 times"),
    "an intent of no order": (another("intents", 0, metadata={"order": LOST}), "there is no such order"),
    "a second key of one effect": (another("calls", 0, key=f"{DONE}.payment.charge.2"), "under the key"),
    "a key of the step": (another("calls", 0, key=f"{DONE}.1"), "under the key"),
    "called for no order": (another("calls", 0, key=f"{LOST}.payment.charge"), "there is no such order"),
    "called without its turn": (edit(DONE, "InventoryUpdated", without_turn), "no event gave it that turn"),
    "completed without a label": (labels(), "its label is None"),
    "a label of another number": (labels("RR000000025GB.txt"), "its label is None"),
    "cancelled and a label left": (labels("RR000000016GB.txt", "RR000000020GB.txt"), "not called back"),
    "shipped behind its recall": (labels("RR000000016GB.txt", "RR000000020GB.txt"), "made behind its recall"),
    "a label of no key": (labels("RR000000016GB.txt", "RR000000090GB.txt"), "belongs to no key"),
    "a label that was answered otherwise": (shipping(0, answer='{"trackingNumber":"RR000000090GB"}'), "and the carrier answered"),
    "an unresolved payment without a refund": (drop(UNKNOWN, "PaymentRefunded"), "not legal in refunding"),
    "shipped and not captured": (drop(DONE, "PaymentCaptured"), "not legal in capturing"),
    "unresolved under another key": (edit(UNKNOWN, "PaymentUnresolved", lambda event: event["data"].update(key="k")), "its key is k"),
    "what it says is lost": (edit(DONE, "OrderPlaced", lambda event: event["data"].pop("metadata")), "and was ordered with"),
    "its mail did not come again": (lambda evidence: evidence.mails.pop(1), "never came again, by step 7"),
    "its mail came again unasked": (lambda evidence: evidence.mails.append(mail("shipping-confirmation", f"{DONE}.3")), "asked for none"),
    "its mail was promised": (drop(DONE, "MailRequested"), "and no event says so"),
    "its mail was refused and sent": (lambda evidence: evidence.exchanges.pop(), "and it was sent again 1 times"),
    "nobody asked for a mail": (lambda evidence: evidence.exchanges.__delitem__(slice(4, 6)), "nobody asked for the mail"),
    "a mail asked for has not ended": (lambda evidence: [drop(DONE, "NotificationSent")(evidence)], "has not ended"),
}


def test_a_good_round_has_no_findings():
    assert check(good()) == []


@pytest.mark.parametrize("name", BROKEN)
def test_found(name):
    assert_found(good(), *BROKEN[name])


def test_books_survive_being_kept(tmp_path):
    good().write(tmp_path)
    assert check(Evidence.read(tmp_path)) == []
