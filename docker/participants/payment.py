"""A payment participant on Stripe, to be copied: charge, capture and undo as the engine asks for them.

  SAGA_SECRET=whsec_… STRIPE_KEY=sk_… python3 payment.py           serves POST /saga on $LISTEN (127.0.0.1:8081)
  python3 payment.py --look-up KEY                                 what we know of a key, and what Stripe says now

One rule keeps an order from being charged twice: *money moves only by confirming an intent whose id is in our table.* The
key is written down before anything is done; an intent is created unconfirmed, which takes nothing; its id is written down;
only then is it confirmed, which Stripe does once for an intent. Whatever is cut in between, the next call with the same key
finds the id and asks Stripe how far it is. An intent that was lost before its id was written down is never confirmed.
The engine's key is not Stripe's Idempotency-Key: that is forgotten after a day, and repeats a failure as it repeats a success.
"""

import contextlib
import hashlib
import json
import os
import sqlite3
import sys
import threading

import stripe
from flask import Flask, request
from standardwebhooks import Webhook, WebhookVerificationError

SECRETS = os.environ.get("SAGA_SECRET", "").split()  # several, with blanks between them, while one is rotated
client = stripe.StripeClient(os.environ["STRIPE_KEY"], base_addresses={"api": os.environ.get("STRIPE_URL", "https://api.stripe.com")})
TRIAL_METHOD = os.environ.get("TRIAL_METHOD")  # of orders without one, to try out
intents, refunds = client.v1.payment_intents, client.v1.refunds

db = sqlite3.connect(os.environ.get("LEDGER", "payment.db"), check_same_thread=False, isolation_level=None)
db.row_factory = sqlite3.Row
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=FULL")  # a row that was written is there after a crash of the machine
db.execute("CREATE TABLE IF NOT EXISTS calls (key TEXT PRIMARY KEY, body TEXT, intent TEXT, answer TEXT, undone INTEGER DEFAULT 0)")
lock, under_way = threading.Lock(), set()  # of this one process; a second one would need them in the table


def row(key):
    """The key's row, which is written before anything is done about the key."""
    with lock:
        db.execute("INSERT OR IGNORE INTO calls (key) VALUES (?)", (key,))
        return db.execute("SELECT * FROM calls WHERE key = ?", (key,)).fetchone()


def keep(key, column, value):
    with lock:
        db.execute(f"UPDATE calls SET {column} = ? WHERE key = ?", (value, key))
    return value


@contextlib.contextmanager
def claimed(*keys):
    """Yields whether nobody else is at these keys."""
    with lock:
        free = not under_way.intersection(keys)
        under_way.update(keys if free else ())
    try:
        yield free
    finally:
        with lock:
            under_way.difference_update(keys if free else ())


def charge(key, event):
    call, order = row(key), event["data"]["order"]
    if call["undone"]:
        return {"type": "PaymentNotAuthorized", "reason": "undone before"}
    try:
        if call["intent"]:
            intent = intents.retrieve(call["intent"])
        else:
            intent = intents.create({"amount": order["amountMinor"], "currency": order["currency"].lower(),
                                     "payment_method": order.get("payment", {}).get("payment_method", TRIAL_METHOD),
                                     "payment_method_types": ["card"], "metadata": {"order": order["orderId"]},
                                     "capture_method": "manual" if event["data"].get("capture") == "later" else "automatic"})
            keep(key, "intent", intent.id)
        if intent.status == "requires_confirmation":
            intent = intents.confirm(intent.id)
    except stripe.CardError as declined:
        return {"type": "PaymentNotAuthorized", "reason": (declined.user_message or "declined")[:200]}
    except stripe.InvalidRequestError as wrong:
        if wrong.param != "payment_method":
            raise
        return {"type": "PaymentNotAuthorized", "reason": "unknown payment method"}
    if intent.status in ("succeeded", "requires_capture"):
        return {"type": "PaymentConfirmed", "reference": intent.id}
    if intent.status == "requires_action" and getattr(intent.next_action, "redirect_to_url", None):
        return 202, {"action": {"type": "redirect", "url": intent.next_action.redirect_to_url.url}}
    if intent.status in ("requires_action", "processing"):
        return 202, {}
    return {"type": "PaymentNotAuthorized", "reason": intent.status}


def capture(key, event):
    charged = row(event["data"]["orderId"] + ".payment.charge")
    if charged["undone"] or not charged["intent"]:
        return 422, {"error": "there is no charge to capture"}
    intent = intents.retrieve(charged["intent"])
    if intent.status == "requires_capture":
        intent = intents.capture(intent.id)
    if intent.status != "succeeded":
        return 422, {"error": f"the intent is {intent.status}"}
    return {"type": "PaymentCaptured", "reference": intent.id}


def undo(key, event):
    undoes = event["data"]["undoes"]
    intent_id = row(undoes)["intent"]
    keep(undoes, "undone", 1)  # first of all: whatever comes under that key from now on is refused
    if not intent_id:
        return {"type": "PaymentRefunded", "reference": "nothing was charged"}
    intent = intents.retrieve(intent_id)
    if intent.status == "processing":
        return 503, {"error": "the charge is not decided yet"}
    if intent.status == "succeeded":
        made = refunds.list({"payment_intent": intent.id}).data or [refunds.create({"payment_intent": intent.id})]
        return {"type": "PaymentRefunded", "reference": made[0].id}
    if intent.status != "canceled":
        intents.cancel(intent.id)
    return {"type": "PaymentRefunded", "reference": intent.id}


TURNS = {"payment.charge": charge, "payment.capture": capture, "payment.undo": undo}
app = Flask(__name__)


def verified(body):
    for secret in SECRETS:
        with contextlib.suppress(WebhookVerificationError, ValueError):  # ValueError: what the header says is no signature at all
            return Webhook(secret).verify(body, dict(request.headers))


@app.post("/saga")
def saga():
    body = request.get_data()
    event = verified(body)
    if event is None:
        return {"error": "the signature is wrong, missing or old"}, 401
    key, digest = request.headers["webhook-id"], hashlib.sha256(body).hexdigest()
    if event.get("turn") not in TURNS:
        return {"error": "this is the payment participant"}, 422
    with claimed(key, event["data"].get("undoes", event["data"]["orderId"] + ".payment.charge")) as free:
        if not free:
            return {"error": "under way"}, 409, {"Retry-After": "1"}
        call = row(key)
        if (call["body"] or keep(key, "body", digest)) != digest:
            return {"error": "another body under the same key"}, 422
        if call["answer"] and not call["undone"]:
            return json.loads(call["answer"])
        try:
            answer = TURNS[event["turn"]](key, event)
        except stripe.StripeError as failed:  # it may have happened: the next call with this key looks
            return {"error": str(failed)[:150]}, 502
        if isinstance(answer, tuple):  # not decided
            return answer[1], answer[0], {"Retry-After": "5"}
        keep(key, "answer", json.dumps(answer))
        return answer


if __name__ == "__main__":
    if sys.argv[1:2] == ["--look-up"]:
        known = dict(row(sys.argv[2]))
        print(json.dumps(known | ({"stripe": intents.retrieve(known["intent"]).status} if known["intent"] else {})))
    else:
        import waitress
        waitress.serve(app, listen=os.environ.get("LISTEN", "127.0.0.1:8081"), threads=32)
