"""Under systemd (Type=notify): the engine says when it is up, what it does, that it still turns, and that it ends; and the unit."""

import gzip
import json
import re
import socket
import subprocess
import sys

import pytest

from harness.engine import BINARY
from harness.paths import ROOT
from harness.wait import free_port, until

UNIT = ROOT / "package" / "order-engine.service"


class Told:
    """What a supervisor hears at its socket."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.messages = []

    def all(self):
        while True:
            try:
                self.messages.append(self.socket.recv(4096, socket.MSG_DONTWAIT).decode())
            except BlockingIOError:
                return self.messages

    def env(self):
        return {"NOTIFY_SOCKET": str(self.path), "WATCHDOG_USEC": "600000"}


@pytest.fixture
def told(tmp_path):
    made = Told(tmp_path / "notify")
    yield made
    made.socket.close()


def test_it_says_that_it_is_up_what_it_does_and_that_it_turns(world, told):
    engine = world.engine(env=told.env()).start()
    until(lambda: "READY=1" in told.all() and any("STATUS=" in one for one in told.messages), 20, "told that it is up")
    beats = told.all().count("WATCHDOG=1")
    until(lambda: told.all().count("WATCHDOG=1") >= beats + 3, 20, "three more beats")
    assert engine.stop() == 0
    assert told.all().count("READY=1") == 1 and "STOPPING=1" in told.messages
    statuses = [one for one in told.messages if one.startswith("STATUS=")]
    assert all(one != other for one, other in zip(statuses, statuses[1:]))  # said when it changes


def test_a_standby_is_up_and_says_for_whom_it_waits(world, told):
    serving = world.engine().start()
    standby = world.engine({"http": {"listen": f"127.0.0.1:{free_port()}"}}, env=told.env()).launch()
    until(lambda: "READY=1" in told.all() and any("standby" in one for one in told.messages), 30, "a standby that is up")
    assert standby.stop() == 0
    assert serving.is_ready()


def test_the_unit_is_one_and_lets_the_engine_do_little(tmp_path):
    # What is not installed here is no fault of the unit; all else that is said is.
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"^Documentation=.*\n", "", UNIT.read_text().replace("/usr/bin/order-engine", "/bin/true"), flags=re.M))
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60, check=False)
    assert verified.stdout + verified.stderr == ""
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", unit], capture_output=True, text=True, timeout=60, check=False)
    level = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
    assert level and float(level[1]) <= 2.0, done.stdout[-500:] + done.stderr


def test_the_packages_documents_name_every_option_and_setting(tmp_path):
    subprocess.run([sys.executable, ROOT / "package" / "documents.py", BINARY, ROOT / "docker" / "prod.toml", tmp_path], timeout=60,
                   check=True)
    man = gzip.decompress((tmp_path / "order-engine.1.gz").read_bytes()).decode().replace("\\-", "-")
    bash, zsh = (tmp_path / "order-engine").read_text(), (tmp_path / "_order-engine").read_text()
    subprocess.run(["bash", "-n", tmp_path / "order-engine"], check=True)
    options = re.findall(r"^  (--[a-z-]+)", subprocess.run([BINARY, "--help"], capture_output=True, text=True, check=True).stdout, re.M)
    assert len(options) > 12 and all(option in text for option in options for text in (man, bash, zsh))
    assert all(key in text for key in ("http.open", "payment.retry.backoff_max", "log.format") for text in (bash, zsh))
    made_of = json.loads((tmp_path / "sbom.spdx.json").read_text())
    names = {one["name"] for one in made_of["packages"]}
    assert {"order-engine", "libc6"} < names and any(name.startswith("librdkafka") for name in names)
    assert all(one["versionInfo"] for one in made_of["packages"])
