"""What the participants did, by their own tables and Stripe's objects, held against how the orders ended. Whoever was called
is judged here too: under which keys, and for what."""

import json
from collections import Counter

TURNS = {"payment": ("payment.charge", "payment.capture", "payment.undo"), "shipping": ("shipping.ship", "shipping.recall")}


def check_books(books, fold):
    for handler, book in books.items():
        yield from check_keys(handler, book["calls"], fold)
    if "payment" in books:
        yield from check_payment(books["payment"], fold)
    if "shipping" in books:
        yield from check_shipping(books["shipping"], fold)


def ended(fold):
    """Orders whose id was placed once."""
    return [lives[0] for lives in fold.lives.values() if len(lives) == 1]


def check_keys(handler, calls, fold):
    """One key for each turn of an order, and called only for an event that is on the topic."""
    for call in calls:
        order_id, _, turn = call["key"].partition(".")
        if turn not in TURNS[handler]:
            yield f"{handler} was called under the key {call['key']}"
        elif order_id not in fold.orders:
            yield f"{handler} was called for {call['key']}, and there is no such order"
        elif call["body"] and turn not in fold.orders[order_id].turns:
            yield f"{handler} was called for {call['key']}, and no event gave it that turn"


def check_payment(book, fold):
    refunds = Counter(refund["payment_intent"] for refund in book["refunds"])
    calls = {call["key"]: call for call in book["calls"]}
    intents = {}
    for intent in book["intents"]:
        order_id = (intent.get("metadata") or {}).get("order")
        intents.setdefault(order_id, []).append(intent)
        if order_id not in fold.orders:
            yield f"intent {intent['id']} is for {order_id}, and there is no such order"
        if refunds[intent["id"]] > 1:
            yield f"intent {intent['id']} of {order_id} was refunded {refunds[intent['id']]} times"
    for order in ended(fold):
        of_order = intents.get(order.order_id, [])
        charged = [intent for intent in of_order if intent["status"] in ("succeeded", "requires_capture")]
        held = [intent for intent in charged if not refunds[intent["id"]]]
        call = calls.get(f"{order.order_id}.payment.charge", {})
        say = f"order {order.order_id} is {order.status}, and of its intents {[(i['id'], i['status'], i['amount']) for i in of_order]}"
        if len(charged) > 1:
            yield f"{say} {len(charged)} were charged"
        if order.state == "completed":
            yield from check_paid(say, order, held)
        elif order.state == "cancelled" and held:
            yield f"{say} {[intent['id'] for intent in held]} is neither refunded nor void"
        if call.get("undone") and held:
            yield f"{say} {[intent['id'] for intent in held]} was charged behind its undo"
        if any(intent["id"] != call.get("intent") for intent in charged):
            yield f"{say} another one was charged than {call.get('intent')}, which is in the table"


def check_paid(say, order, held):
    if order.amount_minor == 0:
        if held:
            yield f"{say} none was due"
        return
    if [(intent["id"], intent["status"], intent["amount"]) for intent in held] != [(order.reference, "succeeded", order.amount_minor)]:
        yield f"{say} not {order.reference} alone is captured, of {order.amount_minor}"


def check_shipping(book, fold):
    labels = {int(name[2:10]): name.removesuffix(".txt") for name in book["labels"]}
    calls = {call["key"]: call for call in book["calls"]}
    for number in labels.keys() - {call["number"] for call in book["calls"] if call["key"].endswith(".shipping.ship")}:
        yield f"label {labels[number]} belongs to no key"
    for order in ended(fold):
        call = calls.get(f"{order.order_id}.shipping.ship")
        label = labels.get(call["number"]) if call else None
        say = f"order {order.order_id} is {order.status}, and its label is {label}"
        if order.state == "completed" and (label is None or label != order.tracking):
            yield f"{say} where the order says {order.tracking}"
        if order.state == "cancelled" and label:
            yield f"{say}: not called back"
        if call and call["undone"] and label:
            yield f"{say}: made behind its recall"
        answer = json.loads(call["answer"]) if call and call["answer"] else {}
        if label and answer.get("trackingNumber", label) != label:
            yield f"{say}, and the carrier answered {answer['trackingNumber']}"
