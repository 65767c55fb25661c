"""The participants that a shop copies, docker/participants, as processes: they can be killed and started again, on the same port
and with the same files."""

import json
import os
import subprocess
import sys
from datetime import datetime, timezone

import requests
from standardwebhooks import Webhook

from .engine import BINARY
from .paths import ROOT
from .process import Process
from .scripted import SECRET
from .wait import accepts, free_port

FOLDER = ROOT / "docker" / "participants"
DECLINED = "4000000000000341"  # as a charge; localstripe takes the card itself


class Service:
    """One of the two, its files in a folder of its own."""

    def __init__(self, name, folder, log, env):
        folder.mkdir(parents=True, exist_ok=True)
        self.script, self.log, self.ledger = FOLDER / f"{name}.py", log, folder / "ledger.db"
        self.env = {"SAGA_SECRET": SECRET, "LEDGER": str(self.ledger), **env}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/saga"
        self.process = None

    def launch(self):
        """Starts the process and does not wait for it."""
        self.process = Process([sys.executable, self.script], self.log, env=self.env | {"LISTEN": f"127.0.0.1:{self.port}"})

    def start(self):
        self.launch()
        self.process.ready(lambda: accepts(self.port), 30, self.script.name)
        return self

    def tool(self, *arguments):
        return subprocess.run([sys.executable, str(self.script), *arguments], env={**os.environ, **self.env},
                              capture_output=True, text=True, timeout=60, check=False)

    def call(self, order_id, turn, order, timeout=60, **data):
        """As the engine would: the same key and bytes each time it is asked."""
        key = f"{order_id}.{turn}"
        body = json.dumps({"specversion": "1.0", "id": f"{order_id}.1", "source": "/saga/order", "type": "OrderPlaced",
                           "subject": order_id, "turn": turn,
                           "data": {"orderId": order_id, **data, "order": {"orderId": order_id, **order}}})
        now = datetime.now(timezone.utc)
        return requests.post(self.url, body, timeout=timeout, headers={
            "Content-Type": "application/cloudevents+json", "webhook-id": key, "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(key, now, body)})

    def tried(self, handler, order):
        return subprocess.run([str(BINARY), "--try-participant", self.url, "--as", handler, "--order", str(order)],
                              env={**os.environ, f"ENGINE_{handler.upper()}_SECRET": SECRET}, capture_output=True, text=True,
                              timeout=300, check=False)
