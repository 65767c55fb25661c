"""The participants of a round: payment on Stripe's SDK and the carrier, the ones that a shop copies, as processes that can be
killed and frozen; none, one or both, by the seed. And their books, read when all is quiet."""

import random
import sqlite3
import time

import harness_path  # noqa: F401
from harness.reference import DECLINED, SECRET, Service
from harness.stripe import Stripe

TIMEOUT = "1s"  # a participant that is frozen for longer leaves calls whose outcome nobody knows


class Outside:
    def __init__(self, seed, folder):
        choose = random.Random(f"{seed}/outside")
        self.folder = folder / "outside"
        self.folder.mkdir()
        self.handlers = choose.choice(((), ("payment",), ("shipping",), ("payment", "shipping"), ("payment", "shipping")))
        self.capture = choose.choice(("at_once", "with_shipment"))
        # Given up soon, or waited for.
        self.attempts = choose.choice((4, 1000))
        self.services = {}
        self.stripe = self.card = self.declined = None
        if "payment" in self.handlers:
            self.stripe = Stripe(self.folder / "localstripe.log")
            self.card, self.declined = self.stripe.card(), self.stripe.card(DECLINED)
            self._serve("payment", "payment", {"STRIPE_KEY": "sk_test_1", "STRIPE_URL": self.stripe.url})
        if "shipping" in self.handlers:
            self._serve("shipping", "carrier", {"LABELS": str(self.folder / "labels")})
        (self.folder / "secret").write_text(SECRET)

    def _serve(self, handler, name, env):
        self.services[handler] = Service(name, self.folder / name, self.folder / f"{name}.log", env)

    def __str__(self):
        if not self.handlers:
            return "nobody outside"
        return f"{' and '.join(self.handlers)} outside, {self.attempts} attempts"

    def settings(self):
        """Laid over the engine's."""
        return {handler: {"provider": "http", "url": service.url, "secret": {"file": str(self.folder / "secret")}, "timeout": TIMEOUT,
                          "simulate": None, "retry": {"attempts": self.attempts, "backoff": "20ms", "backoff_max": "200ms"}}
                for handler, service in self.services.items()}

    def books(self):
        """Once they do not change any more: a call that was given up may still be at work."""
        before, now = None, self._read()
        while now != before:
            time.sleep(0.5)
            before, now = now, self._read()
        return now

    def _read(self):
        books = {handler: {"calls": rows(service.ledger)} for handler, service in self.services.items()}
        if self.stripe:
            books["payment"] |= {"intents": self.stripe.intents(), "refunds": self.stripe.refunds()}
        if "shipping" in books:
            books["shipping"]["labels"] = sorted(path.name for path in (self.folder / "labels").glob("*.txt"))
        return books

    def close(self):
        for service in self.services.values():
            if service.process:
                service.process.kill()
        if self.stripe:
            self.stripe.stop()


def rows(ledger):
    database = sqlite3.connect(ledger, timeout=30)
    database.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in database.execute("SELECT * FROM calls")]
    finally:
        database.close()
