"""A participant on aiohttp behind TLS, whose certificate is checked against a file from the settings."""

import sys

import pytest

from harness.paths import HERE
from harness.process import Process
from harness.scripted import QUICK, SECRET
from harness.shop import placed, types
from harness.smtp import make_certificate
from harness.wait import accepts, free_port


class Secure:
    def __init__(self, certificate, logs, folder):
        self.port = free_port()
        (folder / "secret").write_text(SECRET)
        self.settings = {"provider": "http", "simulate": None, "url": f"https://127.0.0.1:{self.port}/saga", "ca_file": certificate.certificate,
                         "secret": {"file": str(folder / "secret")}, "retry": {**QUICK, "attempts": 3}}
        self.process = Process([sys.executable, HERE / "harness" / "tls_app.py", self.port, certificate.certificate, certificate.key,
                                SECRET], logs / "aiohttp.log")
        self.process.ready(lambda: accepts(self.port), 30, "aiohttp")

    def calls(self):
        """(key, connection) of each."""
        return [line.split()[1:] for line in self.process.output().splitlines() if line.startswith("CALL")]


@pytest.fixture
def secure(certificate, logs, tmp_path):
    made = Secure(certificate, logs, tmp_path)
    yield made
    made.process.stop()


def test_orders_are_paid_over_one_kept_connection_to_a_peer_whose_certificate_is_trusted(world, secure):
    engine = world.engine({"payment": secure.settings}).start()
    orders = []
    for _ in range(5):  # one behind the other: one connection does
        orders.append(placed(engine))
        assert engine.completed(orders[-1])["paymentReference"] == f"tls_{len(orders) - 1}"
    assert [key for key, _ in secure.calls()] == [f"{order_id}.payment.charge" for order_id in orders]
    assert len({connection for _, connection in secure.calls()}) == 1
    assert engine.stop() == 0


def test_one_whose_certificate_is_not_trusted_is_not_reached_and_nothing_is_undone(world, secure, tmp_path):
    other = make_certificate(tmp_path / "other")
    engine = world.engine({"payment": {**secure.settings, "ca_file": other.certificate}}).start()
    order = engine.reaches(placed(engine), "cancelled")
    assert (order["reason"], types(order)[:3]) == ("unavailable", ["OrderPlaced", "PaymentNotAuthorized", "OrderCancelled"])
    assert secure.calls() == []
    assert engine.stop() == 0
