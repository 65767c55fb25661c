"""docker/: what can be shown of it without a daemon. The files are held against their specifications by the tools that read
them, and what they say is run: the engine's settings, the participants, the alert rules, the dashboard's queries."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
import requests
import yaml

from harness.engine import BINARY
from harness.paths import ROOT
from harness.process import Process
from harness.reference import Service
from harness.scripted import SECRET
from harness.shop import shop_order
from harness.wait import accepts, free_port, until

DOCKER = ROOT / "docker"
STACK = DOCKER / "stack"
MADE = {"SAGA_SECRET": SECRET, "GRAFANA_PASSWORD": "made by make"}
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())
K8S = DOCKER / "k8s" / "engine.yaml"


def tool(*command, env=None, **more):
    """From Debian, or beside this Python."""
    found = shutil.which(command[0]) or str(Path(sys.executable).parent / command[0])
    return subprocess.run([found, *map(str, command[1:])], capture_output=True, text=True, timeout=120, check=False,
                          env={**os.environ, **(env or {})}, **more)


def passes(*command, **more):
    done = tool(*command, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def compose(file, **env):
    return tool("docker-compose", "-f", file, "config", env=env)


def test_the_compose_file_is_one_and_what_breaks_it_is_found(tmp_path):
    assert compose(DOCKER / "compose.yaml", **MADE).returncode == 0, compose(DOCKER / "compose.yaml", **MADE).stderr
    missing = compose(DOCKER / "compose.yaml", GRAFANA_PASSWORD="x")
    assert missing.returncode != 0 and "make start" in missing.stderr
    broken = tmp_path / "compose.yaml"
    broken.write_text(re.sub(r"stop_grace_period", "stop_graceperiod", (DOCKER / "compose.yaml").read_text()))
    assert compose(broken, **MADE).returncode != 0


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_service_is_pinned_watched_and_on_loopback_only(name):
    service = COMPOSE["services"][name]
    assert re.fullmatch(r"[a-z/-]+:(local|v?\d+\.\d+\.\d+(-alpine)?)", service["image"])
    assert ("build" in service) == service["image"].endswith(":local")
    assert service["healthcheck"]["test"][0] == "CMD"
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    for other in service.get("depends_on", {}):
        assert other in COMPOSE["services"]
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert (DOCKER / source).exists() if source.startswith("./") else source in COMPOSE["volumes"]


def test_make_writes_the_secrets_once_and_where_git_and_docker_do_not_look(tmp_path):
    for name in ("Makefile", "docker/.env.sample"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    passes("make", "-C", tmp_path, "docker/.env")
    written = (tmp_path / "docker/.env").read_text()
    assert re.search(r"^SAGA_SECRET=whsec_[A-Za-z0-9+/]{43}=$", written, re.M) and "\n#GMAIL_APP_PASSWORD=" in written
    assert (tmp_path / "docker/.env").stat().st_mode & 0o077 == 0
    for word in ("build", "start", "stop", "restart", "logs", "clean", "tidy"):
        assert "compose -f docker/compose.yaml" in passes("make", "-n", "-C", tmp_path, word)
    assert (tmp_path / "docker/.env").read_text() == written
    for ignored in (".gitignore", ".dockerignore"):
        assert "docker/.env" in (ROOT / ignored).read_text()


def test_what_git_ignores_is_not_copied_into_the_image():
    ignored = (ROOT / ".dockerignore").read_text().split()
    for line in (ROOT / ".gitignore").read_text().split():
        assert line.strip("/") in ignored or f"**/{line.strip('/')}" in ignored


@pytest.mark.parametrize("file", ["Dockerfile", "participants/Dockerfile"])
def test_hadolint_finds_nothing(file):
    assert passes("hadolint", DOCKER / file) == ""


def test_prometheus_reads_its_files_and_each_alert_fires_when_it_should():
    passes("promtool", "check", "config", STACK / "prometheus.yaml")
    passes("promtool", "check", "rules", STACK / "alerts.yaml")
    passes("promtool", "test", "rules", STACK / "alerts_test.yaml")
    groups = yaml.safe_load((STACK / "alerts.yaml").read_text())["groups"]
    tests = yaml.safe_load((STACK / "alerts_test.yaml").read_text())["tests"]
    alerts = {rule["alert"] for group in groups for rule in group["rules"]}
    tried = [case for test in tests for case in test["alert_rule_test"]]
    assert {case["alertname"] for case in tried if case.get("exp_alerts")} == alerts
    assert {case["alertname"] for case in tried if not case.get("exp_alerts")} == alerts


def checked(config, tmp_path, env):
    file = tmp_path / "engine.toml"
    file.write_text(config)
    return tool(BINARY, "--config", file, "--check-config", env=env)


def test_the_manifest_is_one_and_the_engine_takes_its_settings(tmp_path):
    passes("kubernetes-validate", "--strict", K8S)
    broken = tmp_path / "engine.yaml"
    broken.write_text(K8S.read_text().replace("readOnlyRootFilesystem", "readOnlyRootFileSystem"))
    assert tool("kubernetes-validate", "--strict", broken).returncode != 0
    first = next(yaml.safe_load_all(K8S.read_text()))
    secrets = re.findall(r"--from-literal=(\w+)=", K8S.read_text())
    values = {name: "1" * 64 if name == "SHOP_TOKEN_SHA256" else "2" * 64 if name == "DESK_TOKEN_SHA256" else SECRET
              for name in secrets}
    done = checked(first["data"]["prod.toml"], tmp_path, values)
    assert done.returncode == 0, done.stderr


def test_gmail_is_a_matter_of_the_env_file(tmp_path):
    config = (STACK / "engine.toml").read_text()
    sample = (DOCKER / ".env.sample").read_text()
    told = dict(line[1:].split("=", 1) for line in sample.splitlines() if re.match(r"#(GMAIL|ENGINE)_", line))
    assert "GMAIL_APP_PASSWORD" in told
    assert set(told) <= set(COMPOSE["services"]["engine"]["environment"])
    file = tmp_path / "engine.toml"
    file.write_text(config)
    done = tool(BINARY, "--config", file, "--print-config", env={"SAGA_SECRET": SECRET, **told})
    assert done.returncode == 0, done.stderr
    assert 'url = "smtp://smtp.gmail.com:587"' in done.stdout and told["GMAIL_APP_PASSWORD"] not in done.stdout


# --- The same processes, without containers.

@pytest.fixture
def stack(world, tmp_path, logs):
    """The engine as compose's is told, its participants, and Prometheus with its files; on ports of their own."""
    def environment(name):
        return {key: str(value) for key, value in COMPOSE["services"][name]["environment"].items() if "$" not in str(value)}
    trial = free_port()
    assert COMPOSE["services"]["stripe"]["command"][0] == "localstripe"
    started = [Process([Path(sys.executable).parent / "localstripe", "--from-scratch", "--port", trial], logs / "stripe.log")]
    started[0].ready(lambda: accepts(trial), 30, "localstripe")
    payment = Service("payment", tmp_path / "payment", logs / "payment.log",
                      {"STRIPE_URL": f"http://127.0.0.1:{trial}", "STRIPE_KEY": "sk_test_12345",
                       "TRIAL_METHOD": environment("payment")["TRIAL_METHOD"]}).start()
    carrier = Service("carrier", tmp_path / "carrier", logs / "carrier.log",
                      {"LABELS": str(tmp_path / "labels"),
                       "TRIAL_ADDRESS": environment("carrier")["TRIAL_ADDRESS"]}).start()
    started += [payment.process, carrier.process]
    told = tomllib.loads((STACK / "engine.toml").read_text())
    told["http"]["listen"] = world.config["http"]["listen"]
    told["kafka"] = told["redis"] = {}
    told["mail"].pop("url")
    told["payment"]["url"], told["shipping"]["url"] = payment.url, carrier.url
    engine = world.engine(told, env={"SAGA_SECRET": SECRET}).start()

    port = free_port()
    scraped = yaml.safe_load((STACK / "prometheus.yaml").read_text())
    scraped["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    scraped["scrape_configs"][0]["static_configs"][0]["targets"] = [f"localhost:{engine.port}"]
    scraped["rule_files"] = [str(STACK / "alerts.yaml")]
    (tmp_path / "prometheus.yaml").write_text(yaml.safe_dump(scraped))
    started.append(Process(["prometheus", f"--config.file={tmp_path}/prometheus.yaml", f"--storage.tsdb.path={tmp_path}/tsdb",
                            f"--web.listen-address=127.0.0.1:{port}"], logs / "prometheus.log"))
    started[-1].ready(lambda: accepts(port), 30, "prometheus")
    engine.prometheus = f"http://127.0.0.1:{port}"
    yield engine
    for process in started:
        process.stop()


def answer(stack, query):
    got = requests.get(f"{stack.prometheus}/api/v1/query", params={"query": query}, timeout=30).json()
    assert got["status"] == "success", (query, got)
    return [float(one["value"][1]) for one in got["data"]["result"]]


def test_the_shops_order_is_completed_and_the_dashboard_shows_it(stack):
    assert stack.get("/livez", Host="engine:8080").status_code == 200  # as Prometheus calls it there
    assert stack.get("/livez", Host="elsewhere:8080").status_code == 403
    order = stack.completed(stack.post(shop_order()).json()["orderId"], 60)
    assert order["steps"][1]["type"] == "PaymentConfirmed"
    stack.put_stock("rare", 0)
    gone = shop_order(item="rare")
    stack.reaches(stack.post(gone).json()["orderId"], "cancelled", 60)

    ended = threading.Event()

    def load():
        while not ended.is_set():
            for body in (shop_order(), gone):
                stack.post(body)
    loader = threading.Thread(target=load)
    loader.start()
    try:
        panels = json.loads((STACK / "grafana/dashboards/engine.json").read_text())["panels"]
        queries = [target["expr"].replace("$__rate_interval", "10s") for panel in panels for target in panel.get("targets", [])]
        assert len(queries) > 30
        for query in queries:
            until(lambda query=query: [value for value in answer(stack, query) if value == value], 90, query)  # NaN: no
    finally:
        ended.set()
        loader.join()
    p50, p99 = (answer(stack, query)[0] for query in queries if "saga_order_seconds" in query)
    assert 0 < p50 <= p99
    passes("promtool", "check", "metrics", input=stack.get("/metrics").text)
    rules = requests.get(f"{stack.prometheus}/api/v1/rules", timeout=30).json()["data"]["groups"]
    assert all(rule["health"] == "ok" for group in rules for rule in group["rules"])
    lines = stack.log.read_text().splitlines()
    assert lines and all(isinstance(json.loads(line), dict) for line in lines)  # [log] format = "json", and nothing else
