"""`engine --dev`: everything embedded, nothing to install or configure."""

import json
import os
import pty
import re
import signal
import subprocess
from pathlib import Path

import pytest
import requests

from harness.engine import BINARY, Engine
from harness.process import Process
from harness.shop import shop_order
from harness.topic import SAGA, Record
from harness.wait import free_port, until


class DevEngine(Engine):
    def launch(self):
        self.process = Process([BINARY, "--dev", "--data", self.folder, "--set", f"http.listen=127.0.0.1:{self.port}"],
                               log=self.log)
        return self


@pytest.fixture
def dev(tmp_path, logs):
    engine = DevEngine(tmp_path / "data", logs / "engine.log", {"http": {"listen": f"127.0.0.1:{free_port()}"}})
    engine.start()
    yield engine
    engine.kill()


def state_and_parent(pid):
    try:
        state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return "gone", 0
    return state, int(parent)


def children(pid):
    return [int(entry.name) for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and state_and_parent(entry.name)[1] == pid]


def running(pid):
    return state_and_parent(pid)[0] not in ("gone", "Z")


def printed_kcat(engine):
    return until(lambda: re.search(r"kcat\s.*-b\s*(127\.0\.0\.1:\d+).*", engine.process.output()), 10, "kcat line printed")


def test_banner_says_what_is_embedded_and_where(dev):
    printed_kcat(dev)
    text = dev.process.output().lower()
    for word in ("kafka", "redis", "outbox", f"127.0.0.1:{dev.port}"):
        assert word in text
    assert "simulated" not in text  # nobody takes it for real
    assert "noth" in text and ("surviv" in text or "keep" in text or "kept" in text)


def test_one_order_is_seen_by_kcat_and_its_mail_lies_in_the_outbox(dev):
    answer = requests.post(f"{dev.base}/create-order", json=shop_order(), timeout=10)
    assert answer.status_code == 202
    order_id = answer.json()["orderId"]
    dev.completed(order_id)
    address = printed_kcat(dev).group(1)
    seen = subprocess.run(["kcat", "-C", "-q", "-b", address, "-t", "orders", "-o", "beginning", "-e", "-f", "%o\t%k\t%s\n"],
                          capture_output=True, text=True, timeout=60, check=True).stdout
    rows = [line.split("\t", 2) for line in seen.splitlines()]
    records = [Record(int(offset), key, (("content-type", b"application/cloudevents+json"),), value.encode())
               for offset, key, value in rows]
    assert [record.type for record in records] == ["EpochStarted", *SAGA]
    assert {record.key for record in records[1:]} == {order_id}
    [mail] = (dev.folder / "outbox").glob("*.eml")
    assert f"shipping-confirmation.{order_id}@" in mail.read_text()


def test_the_printed_kcat_line_works_as_printed(dev):
    dev.completed(dev.post(shop_order()).json()["orderId"])
    line = printed_kcat(dev).group(0).strip()
    screen, stdout = pty.openpty()  # on anything but a terminal kcat holds its lines back until a buffer is full
    shown = subprocess.Popen(line, shell=True, stdout=stdout, stderr=subprocess.STDOUT, start_new_session=True)
    os.close(stdout)
    os.set_blocking(screen, False)
    seen = []

    def all_five():
        try:
            seen.append(os.read(screen, 65536))
        except BlockingIOError:
            pass
        return all(kind.encode() in b"".join(seen) for kind in SAGA)

    try:
        until(all_five, 20, f"five events by: {line}")
    finally:
        os.killpg(shown.pid, signal.SIGKILL)
        shown.wait(10)
        os.close(screen)


@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_the_embedded_redis_ends_with_the_engine(dev, number, code):
    dev.completed(dev.post(shop_order()).json()["orderId"])
    family = children(dev.process.pid)
    assert family, "the child redis-server"
    dev.process.signal(number)
    assert dev.process.wait(60) == code
    until(lambda: not any(running(pid) for pid in family), 20, "children gone")


def test_without_its_redis_it_ends_with_words(dev):
    dev.completed(dev.post(shop_order()).json()["orderId"])
    [redis] = [pid for pid in children(dev.process.pid) if "redis" in Path(f"/proc/{pid}/cmdline").read_text()]
    os.kill(redis, signal.SIGKILL)
    assert dev.process.wait(20) == 1
    assert "redis-server, which --dev had started, has ended (signal 9)" in dev.process.output()


def test_a_second_start_in_the_same_folder_works(dev, tmp_path, logs):
    dev.completed(dev.post(shop_order()).json()["orderId"])
    assert dev.stop() == 0
    again = DevEngine(dev.folder, logs / "again.log", {"http": {"listen": f"127.0.0.1:{free_port()}"}})
    try:
        again.start()
        again.completed(again.post(shop_order()).json()["orderId"])
        assert again.stop() == 0
    finally:
        again.kill()


def test_a_json_log_is_one_object_a_line_and_nothing_else_on_either_stream(dev):
    dev.stop()
    told = Process([BINARY, "--dev", "--data", dev.folder, "--set", f"http.listen=127.0.0.1:{dev.port}", "--set",
                    "log.format=json"], log=dev.log.with_name("json.log"))
    told.ready(dev.is_ready, 30, "engine ready")
    told.stop()
    lines = [json.loads(line) for line in told.output().splitlines()]
    assert any(line.get("page") == f"{dev.base}/" for line in lines)
    replayed = next(line for line in lines if line["message"] == "the log is replayed")
    assert isinstance(replayed["events_a_second"], int) and isinstance(replayed["seconds"], float)
    assert not [key for line in lines for key in line if " " in key]


def test_a_json_log_has_the_mistakes_of_the_settings_as_well():
    done = subprocess.run([str(BINARY), "--dev", "--set", "log.format=json", "--set", "kafka.topc=x", "--set", "orders.live=no"],
                          capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (78, "")
    assert {json.loads(line)["key"] for line in done.stderr.splitlines()} == {"kafka.topc", "orders.live"}
