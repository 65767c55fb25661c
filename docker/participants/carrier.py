"""A carrier participant, to be copied: makes labels with tracking numbers, and calls them back, as the engine asks for them.

  SAGA_SECRET=whsec_… python3 carrier.py           serves POST /saga on $LISTEN (127.0.0.1:8082), labels go into $LABELS
  python3 carrier.py --hand-over TRACKING          the parcel has left: from now on it cannot be called back

It stands for whatever your carrier's interface is. Its order of doing things is what to keep: the key and the tracking number
are written down first, then the label is made under that number, then the answer is written down. Whatever is cut in between,
the next call with the same key finds the number, looks whether there is a label of it, and makes it only if not.
"""

import contextlib
import hashlib
import json
import os
import pathlib
import sqlite3
import sys
import threading

from flask import Flask, request
from standardwebhooks import Webhook, WebhookVerificationError

SECRETS = os.environ.get("SAGA_SECRET", "").split()  # several, with blanks between them, while one is rotated
TRIAL_ADDRESS = {"to": os.environ["TRIAL_ADDRESS"]} if "TRIAL_ADDRESS" in os.environ else None  # of orders without one, to try out
LABELS = pathlib.Path(os.environ.get("LABELS", "labels"))
LABELS.mkdir(parents=True, exist_ok=True)

db = sqlite3.connect(os.environ.get("LEDGER", "carrier.db"), check_same_thread=False, isolation_level=None)
db.row_factory = sqlite3.Row
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA synchronous=FULL")  # a row that was written is there after a crash of the machine
db.execute("CREATE TABLE IF NOT EXISTS calls (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, body TEXT,"
           " answer TEXT, undone INTEGER DEFAULT 0, handed_over INTEGER DEFAULT 0)")
lock = threading.Lock()  # one call at a time: a label takes no time; what does would need what payment.py has


def row(key):
    """The key's row, which is written before anything is done about the key."""
    db.execute("INSERT OR IGNORE INTO calls (key) VALUES (?)", (key,))
    return db.execute("SELECT * FROM calls WHERE key = ?", (key,)).fetchone()


def keep(key, column, value):
    db.execute(f"UPDATE calls SET {column} = ? WHERE key = ?", (value, key))
    return value


def tracking(number):
    """S10, as posts number parcels: eight digits and a check digit."""
    digits = f"{number:08d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7))) % 11
    return f"RR{digits}{ {10: 0, 11: 5}.get(check, check) }GB"


def confirmed(call):
    return {"type": "ShippingConfirmed", "trackingNumber": tracking(call["number"]), "carrier": "example-post"}


def ship(key, event):
    call, address = row(key), event["data"]["order"].get("shipping", TRIAL_ADDRESS)
    if call["undone"]:
        return {"type": "ShippingFailed", "reason": "called back before"}
    if not address:
        return {"type": "ShippingFailed", "reason": "no address"}
    label = LABELS / f"{tracking(call['number'])}.txt"
    if not label.exists():
        half = label.with_suffix(".half")
        half.write_text("\n".join([tracking(call["number"]), *map(str, address.values()), ""]), encoding="utf-8")
        half.rename(label)
    return confirmed(call)


def recall(key, event):
    undoes = event["data"]["undoes"]
    call = row(undoes)
    # First of all, and in one with the question: whatever comes under that key from now on is refused.
    if db.execute("UPDATE calls SET undone = 1 WHERE key = ? AND handed_over = 0", (undoes,)).rowcount == 0:
        return confirmed(call)  # too late: the order goes on forwards
    (LABELS / f"{tracking(call['number'])}.txt").unlink(missing_ok=True)
    return {"type": "ShippingRecalled", "reference": tracking(call["number"])}


TURNS = {"shipping.ship": ship, "shipping.recall": recall}
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
        return {"error": "this is the carrier"}, 422
    with lock:
        call = row(key)
        if (call["body"] or keep(key, "body", digest)) != digest:
            return {"error": "another body under the same key"}, 422
        if call["answer"] and not call["undone"]:
            return json.loads(call["answer"])
        answer = TURNS[event["turn"]](key, event)
        keep(key, "answer", json.dumps(answer))
        return answer


if __name__ == "__main__":
    if sys.argv[1:2] == ["--hand-over"]:
        changed = db.execute("UPDATE calls SET handed_over = 1 WHERE number = ? AND undone = 0", (int(sys.argv[2][2:10]),))
        sys.exit(0 if changed.rowcount == 1 else "no label of that number, or it was called back")
    import waitress
    waitress.serve(app, listen=os.environ.get("LISTEN", "127.0.0.1:8082"), threads=8)
