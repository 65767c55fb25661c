"""A participant that does what a test tells it, call by call, and keeps what it was sent: harness/participant.py is the one
that keeps the contract by itself."""

import json
import tempfile
from dataclasses import dataclass

from standardwebhooks import Webhook

from .http_peer import HttpPeer
from .wait import until

SECRET = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
DONE = {"payment.charge": {"type": "PaymentConfirmed", "reference": "pi_1", "data": {"risk": 7}},
        "payment.capture": {"type": "PaymentCaptured", "reference": "cap_1"},
        "payment.undo": {"type": "PaymentRefunded", "reference": "re_1"},
        "inventory.reserve": {"type": "InventoryUpdated"},
        "inventory.release": {"type": "InventoryReleased"},
        "shipping.ship": {"type": "ShippingConfirmed", "trackingNumber": "T1", "carrier": "Post"},
        "shipping.recall": {"type": "ShippingRecalled", "reference": "rec_1"},
        "notification.send": {"type": "NotificationSent"}}
QUICK = {"backoff": "50ms", "backoff_max": "200ms"}  # how soon it is asked again
CUT = object()  # as a script's answer: the connection ends without one


@dataclass
class Call:
    key: str
    turn: str
    attempt: int
    body: bytes
    traceparent: str | None = None

    @property
    def event(self):
        return json.loads(self.body)

    @property
    def order_id(self):
        return self.event["subject"]

    def done(self):
        return 200, DONE[self.turn]


class Scripted(HttpPeer):
    """`script(call)` gives (status, answer), (status, answer, headers), or CUT; it may block."""

    def __init__(self, script=Call.done):
        self.script, self.calls, self.problems = script, [], []
        self.secret = tempfile.NamedTemporaryFile("w", prefix="secret-")  # pylint: disable=consider-using-with; stop() ends it
        self.secret.write(SECRET)
        self.secret.flush()
        super().__init__()

    @property
    def settings(self):
        return {"provider": "http", "url": f"http://127.0.0.1:{self.port}/saga", "secret": {"file": self.secret.name}}

    def stop(self):
        super().stop()
        self.secret.close()

    def serve(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        try:
            Webhook(SECRET).verify(body, {name.lower(): value for name, value in request.headers.items()})
            call = Call(request.headers["Idempotency-Key"], json.loads(body)["turn"], int(request.headers["Saga-Attempt"]), body,
                        request.headers["traceparent"])
            assert call.key == request.headers["webhook-id"]
        except Exception as problem:  # pylint: disable=broad-except; the test is to see it
            self.problems.append(repr(problem))
            raise
        self.calls.append(call)
        said = self.script(call)
        if said is CUT:
            request.close_connection = True
            return
        status, answer, headers = (*said, {})[:3]
        text = json.dumps(answer).encode()
        try:
            request.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(text))}.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(text)
        except OSError:  # the engine has gone meanwhile
            request.close_connection = True

    def of(self, order_id, turn=None):
        return [call for call in self.calls if call.order_id == order_id and turn in (None, call.turn)]

    def called(self, order_id, turn, times=1, seconds=30):
        """Waits until it has been called so often for this turn of the order."""
        return until(lambda: len(self.of(order_id, turn)) >= times and self.of(order_id, turn), seconds,
                     f"{times} calls {turn} of {order_id}")


def scripted():
    """A fixture's body: one that must have had no problem."""
    made = Scripted()
    yield made
    made.stop()
    assert made.problems == []
