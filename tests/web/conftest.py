"""The desk in Debian's chromium by its driver, in front of the real `engine --dev`."""

import re
import sys
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

from browser import Desk  # noqa: E402
from harness.engine import BINARY, Engine  # noqa: E402
from harness.paths import ROOT  # noqa: E402
from harness.process import Process  # noqa: E402
from harness.shop import shop_order  # noqa: E402
from harness.wait import free_port  # noqa: E402

BUILD = ROOT / "build" / "web"

# Refunds never work: an order that fails after it was paid is parked after 300 ms.
PARKING = ('payment.simulate={decline_over="1000.00",refund_transient_rate=1.0}', 'payment.retry={deadline="300ms"}',
           'shipping.simulate={fail_sku="glass*"}')
# The carrier takes an hour, and a refund is tried again for ten minutes.
SLOW = ("payment.simulate={refund_transient_rate=1.0}", 'shipping.simulate={latency="1h"}', 'orders.deadline="1d"')


class DevEngine(Engine):
    """`engine --dev`, with settings of the form "payment.simulate={…}"."""

    def __init__(self, folder, log, *settings, port=None):
        super().__init__(folder, log, {"http": {"listen": f"127.0.0.1:{port or free_port()}"}})
        self.settings = settings

    def launch(self):
        options = [f"http.listen=127.0.0.1:{self.port}", *self.settings]
        self.process = Process([BINARY, "--dev", "--data", self.folder, *(part for one in options for part in ("--set", one))],
                               log=self.log)
        return self


@pytest.fixture(scope="session")
def build():
    BUILD.mkdir(parents=True, exist_ok=True)
    return BUILD


@pytest.fixture(scope="session")
def engines(tmp_path_factory, build):
    """Makes engines, which end with the session."""
    made = []

    def make(*settings, port=None):
        folder = tmp_path_factory.mktemp("engine")
        name = re.sub(r"\W", "_", folder.parent.name + folder.name)
        engine = DevEngine(folder, build / f"{name}.log", *settings, port=port)
        made.append(engine)
        return engine.start()
    yield make
    for engine in made:
        engine.kill()


@pytest.fixture(scope="session")
def shop(engines):
    """An engine with orders of every kind: completed, declined, parked; the newest is parked."""
    engine = engines(*PARKING)
    engine.put_stock("keyboard", 100)
    engine.names = {
        "completed": engine.post(shop_order(reference="R-1001", items=[
            {"sku": "keyboard", "quantity": 2, "price": "24.50"}, {"sku": "postage", "quantity": 1, "price": "4.50", "stocked": False}],
            item=None, amount=None, userEmail="a+b@example.com")).json()["orderId"],
        "cancelled": engine.post(shop_order(amount=2000)).json()["orderId"],
        "parked": engine.post(shop_order(item="glass vase", amount=20)).json()["orderId"]}
    for status, order_id in engine.names.items():
        engine.reaches(order_id, status)
    return engine


@pytest.fixture(scope="session")
def slow(engines):
    return engines(*SLOW)


@pytest.fixture(scope="session")
def chromium():
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


@pytest.fixture
def desk(chromium, build):
    """The browser with nothing kept from the test before; a script that fails or is refused fails the test."""
    desk = Desk(chromium, build)
    desk.width(1200)
    yield desk
    complaints = desk.complaints()
    desk.leave()
    assert complaints == []
