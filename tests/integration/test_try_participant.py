"""engine --try-participant: what keeps the contract passes, and each way to break it is found."""

import os
import subprocess

import pytest

from harness.engine import BINARY
from harness.participant import FAULTS, Participant
from harness.wait import free_port

SECRET = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
USAGE = 2


def tried(url, *arguments, secret=SECRET, variable="ENGINE_PAYMENT_SECRET"):
    env = {name: value for name, value in os.environ.items() if not name.startswith("ENGINE_")}
    if secret:
        env[variable] = secret
    return subprocess.run([str(BINARY), "--try-participant", url, *map(str, arguments)], capture_output=True, text=True,
                          timeout=300, env=env, check=False)


def failed(done):
    return [line for line in done.stdout.splitlines() if line.startswith("FAILED")]


@pytest.fixture
def participant():
    started = []

    def start(fault=None, certificate=None):
        started.append(Participant(SECRET, fault, certificate))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.mark.parametrize("handler", ["payment", "inventory", "shipping", "notification"])
def test_one_that_keeps_the_contract_passes(participant, handler):
    done = tried(participant().url, "--as", handler, variable=f"ENGINE_{handler.upper()}_SECRET")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == (11 if handler == "notification" else 17)


def test_over_tls_the_certificate_must_be_known(participant, certificate, tmp_path):
    url = participant(certificate=certificate).url
    (tmp_path / "secret").write_text(SECRET + "\n")
    done = tried(url, "--ca-file", certificate.certificate, "--secret-file", tmp_path / "secret", secret=None)
    assert done.returncode == 0, done.stdout + done.stderr
    unknown = tried(url)
    assert unknown.returncode == 1
    assert "certificate" in unknown.stdout


@pytest.mark.parametrize("fault, found", list(zip(FAULTS, [
    ["gives a key's second call", "does once"],
    ["refuses another body"], ["does once what is asked twice"], ["refuses a wrong signature"],
    ["refuses a call without signature"], ["refuses a timestamp ten minutes old", "refuses a timestamp ten minutes ahead"],
    ["takes one right signature among several"], ["answers others while one client takes its time"], ["does its work"],
    ["gives a second undo the first one's answer"], ["refuses a key whose undo", "refuses that key when it arrives behind"],
    ["answers the undo of a key it never saw"], ["refuses that key when it arrives behind"]], strict=True)))
def test_each_way_to_break_the_contract_is_found(participant, fault, found):
    done = tried(participant(fault).url, "--timeout", 3 if fault == "one at a time" else 30)
    assert done.returncode == 1, done.stdout + done.stderr
    for what in found:
        assert any(what in line for line in failed(done)), done.stdout


def test_one_that_is_not_there_fails_and_says_why():
    done = tried(f"http://127.0.0.1:{free_port()}/")
    assert done.returncode == 1
    assert len(failed(done)) == 1
    assert "connect" in done.stdout.lower()


def test_the_order_can_be_ones_own(participant, tmp_path):
    (tmp_path / "order.json").write_text('{"amountMinor": 100, "currency": "EUR"}')
    assert tried(participant().url, "--order", tmp_path / "order.json").returncode == 0


@pytest.mark.parametrize("arguments", [["--as", "order"], ["--order", "/nowhere.json"], ["--secret-file", "/nowhere"],
                                       ["--dev"], ["--takeover"], ["--timeout", "0"]])
def test_wrong_usage_is_2(participant, arguments):
    done = tried(participant().url, *arguments)
    assert done.returncode == USAGE
    assert done.stderr.startswith("engine: ")


def test_a_secret_is_needed_and_never_shown(participant):
    url = participant().url
    assert "ENGINE_PAYMENT_SECRET" in tried(url, secret=None).stderr
    done = tried(url, secret="whsec_c2hvcnQ=")
    assert done.returncode == USAGE
    assert "c2hvcnQ" not in done.stdout + done.stderr
    assert tried("ftp://127.0.0.1/").returncode == USAGE
