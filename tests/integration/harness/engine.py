"""The real binary, started by `engine --config FILE`, and an HTTP client that knows its contract."""

import copy
import json
import os
import signal
import subprocess
import threading
from pathlib import Path
from urllib.parse import quote

import requests

from .process import Process
from .wait import free_port, until

BINARY = Path(os.environ.get("ENGINE_BINARY", "engine"))
START_SECONDS = 60


def toml(sections):
    """Renders {section: {key: value}} as TOML; nested dicts become inline tables. JSON's strings are TOML's."""
    def value(item):
        if isinstance(item, dict):
            return "{ " + ", ".join(f"{json.dumps(key)} = {value(inner)}" for key, inner in item.items()) + " }"
        if isinstance(item, (list, tuple)):
            return "[ " + ", ".join(value(inner) for inner in item) + " ]"
        return json.dumps(item)
    return "".join(f"[{section}]\n" + "".join(f"{key} = {value(item)}\n" for key, item in keys.items()) + "\n"
                   for section, keys in sections.items())


def merged(base, changes):
    """`base` with `changes` laid over it section by section; a key set to None is left out."""
    result = copy.deepcopy(base)
    for section, keys in changes.items():
        into = result.setdefault(section, {})
        for key, item in keys.items():
            if item is None:
                into.pop(key, None)
            else:
                into[key] = item
    return result


def verify(folder, config, binary=BINARY):
    """`engine --verify`, from begin to end."""
    file = folder / "verify.toml"
    file.write_text(toml(config))
    return subprocess.run([str(binary), "--config", str(file), "--verify"], capture_output=True, text=True, timeout=60,
                          check=False)


class Engine:
    """One run of the binary. `start()` waits for /readyz, `stop()` sends SIGTERM and returns the exit code."""

    def __init__(self, folder, log, config, arguments=(), env=None):
        self.folder = folder
        self.log = log
        self.config = config
        self.arguments = list(arguments)
        self.env = env
        self.binary = BINARY
        self.port = int(config["http"]["listen"].rsplit(":", 1)[1])
        self.base = f"http://127.0.0.1:{self.port}"
        self.process = None
        self._local = threading.local()

    def launch(self):
        """Starts the process and does not wait for anything."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "engine.toml"
        file.write_text(toml(self.config))
        self.process = Process([self.binary, "--config", file, *self.arguments], log=self.log, env=self.env)
        return self

    def start(self):
        self.launch()
        self.process.ready(self.is_ready, START_SECONDS, "engine ready")
        return self

    def is_ready(self):
        try:
            return requests.get(f"{self.base}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def terminate(self):
        self.process.signal(signal.SIGTERM)

    def stop(self, seconds=60):
        if self.process.exit_code() is None:
            self.terminate()
        return self.process.wait(seconds)

    def kill(self):
        if self.process is not None:
            self.process.kill()

    @property
    def session(self):
        """A keep-alive session a thread: requests' sessions are not to be shared."""
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        return self._local.session

    def post(self, body, path="/v1/orders", timeout=60, **headers):
        """Places an order; header names are written with underscores (Idempotency_Key="…")."""
        data = body if isinstance(body, (bytes, str)) else json.dumps(body)
        sent = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return self.session.post(self.base + path, data=data, headers=sent, timeout=timeout)

    def cancel(self, order_id, timeout=60):
        return self.session.post(f"{self.base}/v1/orders/{order_id}/cancel", timeout=timeout)

    def mail_again(self, order_id, timeout=60, **headers):
        return self.session.post(f"{self.base}/v1/orders/{order_id}/mail", headers=headers, timeout=timeout)

    def retry(self, order_id, timeout=60):
        return self.session.post(f"{self.base}/v1/orders/{order_id}/retry", timeout=timeout)

    def put_stock(self, sku, on_hand, timeout=60, **headers):
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.session.put(f"{self.base}/v1/stock/{quote(sku, safe='')}", json={"onHand": on_hand}, headers=sent,
                                timeout=timeout)

    def stock(self, sku):
        answer = self.get(f"/v1/stock/{quote(sku, safe='')}")
        return answer.json()["onHand"] if answer.status_code == 200 else None

    def get(self, path, timeout=30, **headers):
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.session.get(self.base + path, headers=sent, timeout=timeout)

    def order(self, order_id):
        answer = self.get(f"/v1/orders/{order_id}")
        return answer.json() if answer.status_code == 200 else None

    def reaches(self, order_id, status, seconds=20):
        """Waits until the order has this status and returns it as GET gives it."""
        def there():
            order = self.order(order_id)
            return order if order and order["status"] == status else None
        return until(there, seconds, f"order {order_id} {status}")

    def completed(self, order_id, seconds=20):
        return self.reaches(order_id, "completed", seconds)

    def retrying(self, order_id, seconds=20):
        """Waits until the order waits for another attempt and returns what GET says about that."""
        return until(lambda: (self.order(order_id) or {}).get("retrying"), seconds, f"order {order_id} tried again")

    def listed(self, status):
        return [order["orderId"] for order in self.get(f"/v1/orders?status={status}&limit=500").json()["data"]]

    def metric(self, name):
        """The sum of a metric over its labels, None when /metrics has no such name."""
        total = None
        for line in self.get("/metrics").text.splitlines():
            if line.startswith((name + " ", name + "{")):
                total = (total or 0) + float(line.rsplit(" ", 1)[1])
        return total

    def away_for(self, neighbour):
        """For how many seconds kafka, redis or mail has been away, as /metrics has it."""
        name = f'saga_away_seconds{{neighbour="{neighbour}"}} '
        return next(float(line.removeprefix(name)) for line in self.get("/metrics").text.splitlines() if line.startswith(name))


def base_config(bootstrap, redis_url, topic, mail_url="discard:"):
    """The least configuration that runs; tests lay their own settings over it."""
    return {
        "http": {"listen": f"127.0.0.1:{free_port()}"},
        "kafka": {"brokers": bootstrap, "topic": topic},
        "redis": {"url": redis_url},
        "mail": {"url": mail_url, "from": "Shop <orders@example.com>"},
        "payment": {"provider": "simulated"},
        "shipping": {"provider": "simulated"},
    }
