"""A participant that keeps the contract, in memory, and breaks it in one way when it is told to: what --try-participant must
find. The participants that a shop copies are in docker/participants."""

import hashlib
import http.server
import json
import ssl
import threading
import time
from datetime import datetime, timezone

from standardwebhooks import Webhook, WebhookVerificationError

DONE = {"payment.charge": ("PaymentConfirmed", "PaymentNotAuthorized"), "payment.undo": ("PaymentRefunded", None),
        "shipping.ship": ("ShippingConfirmed", "ShippingFailed"), "shipping.recall": ("ShippingRecalled", None),
        "inventory.reserve": ("InventoryUpdated", "InventoryInsufficient"), "inventory.release": ("InventoryReleased", None),
        "notification.send": ("NotificationSent", "NotificationFailed")}

FAULTS = ["never answers alike", "takes any body", "does twice", "takes any signature", "needs no signature",
          "takes any time", "reads one signature", "one at a time", "declines", "undoes with a new answer",
          "works behind its undo", "does not know what it should undo", "late call passes"]


class Participant:
    """Serves until `stop`; `calls` counts the work done."""

    def __init__(self, secret, fault=None, certificate=None):
        self.fault, self.secret = fault, secret
        self.answers, self.bodies, self.undone = {}, {}, set()
        self.calls = 0
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                status, answer = outer.take(self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers))
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer if fault == "one at a time" else http.server.ThreadingHTTPServer
        self.server = server(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate.certificate, certificate.key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server.server_port}/saga"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def verified(self, body, headers):
        headers = {name.lower(): value for name, value in headers.items()}
        signatures = headers.get("webhook-signature", "")
        if self.fault == "takes any signature" and signatures or self.fault == "needs no signature" and not signatures:
            return True
        if self.fault == "reads one signature":
            headers["webhook-signature"] = signatures.split(" ")[0]
        if self.fault == "takes any time":
            webhook, stamp = Webhook(self.secret), headers["webhook-timestamp"]
            signed = webhook.sign(headers["webhook-id"], datetime.fromtimestamp(int(stamp), timezone.utc), body.decode())
            return signed in signatures.split(" ")
        try:
            Webhook(self.secret).verify(body, headers)
            return True
        except (WebhookVerificationError, ValueError):  # a header that is no signature at all raises the second
            return False

    def take(self, body, headers):
        if not self.verified(body, headers):
            return 401, {"error": "signature"}
        event, key = json.loads(body), headers["webhook-id"]
        undoes = event["data"].get("undoes")
        with self.lock:
            if undoes:
                return self.undo(key, undoes)
            if key in self.undone and self.fault != "works behind its undo":
                return 200, {"type": DONE[event["turn"]][1], "reason": "undone"}
            if key in self.bodies and self.bodies[key] != hashlib.sha256(body).digest() and self.fault != "takes any body":
                return 422, {"error": "another body"}
            if key in self.answers and self.fault != "never answers alike":
                return 200, self.answers[key]
            if self.fault == "does twice":  # looks, and then does it: between the two somebody else may look
                self.lock.release()
                time.sleep(0.5)
                self.lock.acquire()
            self.bodies[key] = hashlib.sha256(body).digest()
            self.calls += 1
            done, refused = DONE[event["turn"]]
            answer = {"type": refused if self.fault == "declines" else done, "reference": f"ref_{self.calls}"}
            if done == "ShippingConfirmed":
                answer |= {"trackingNumber": f"T{self.calls}", "carrier": "test"}
            self.answers.setdefault(key, answer)
            return 200, answer

    def undo(self, key, undoes):
        if self.fault == "does not know what it should undo" and undoes not in self.answers:
            return 404, {"error": "unknown"}
        if not (self.fault == "late call passes" and undoes not in self.answers):
            self.undone.add(undoes)
        if key in self.answers and self.fault != "undoes with a new answer":
            return 200, self.answers[key]
        self.calls += 1
        undone = next(DONE[turn][0] for turn in DONE if key.endswith(turn))
        self.answers[key] = {"type": undone, "reference": f"undo_{self.calls}"}
        return 200, self.answers[key]
