"""One rule, one parser: what `--check-config` passes the start takes, and what the start would refuse with 78 the check
prints with its place. No service is there, so a start that takes a configuration ends with 69."""

import json
import os
import re
import subprocess
from hashlib import sha256

import pytest

from harness.engine import BINARY, base_config, merged, toml
from harness.shop import shop_order

UNAVAILABLE, BAD_CONFIG = 69, 78
DIGEST = "ab" * 32
SIGNED = "whsec_" + "hidden" * 6  # 27 bytes in base64
SHORT = "whsec_" + "hidden" * 4   # 18


def run(*arguments):
    return subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, "SECRET": "hidden-1", "NUMBERS": "12 34", "SIGNED": SIGNED, "SHORT": SHORT,
                               "DIGEST": DIGEST})


@pytest.fixture
def written(tmp_path):
    def write(changes):
        config = base_config("127.0.0.1:1", "redis://127.0.0.1:1/0", "orders")
        config["redis"]["start_deadline"] = "100ms"
        file = tmp_path / "engine.toml"
        file.write_text(toml(merged(config, changes)))
        return file
    return write


def redis_(url, password=False):
    return {"redis": {"url": url, **({"password": {"env": "SECRET"}} if password else {})}}


def mail(url, **more):
    return {"mail": {"url": url, **more}}


def client(**pairs):
    return {"kafka": {"client": {name.replace("_", "."): value for name, value in pairs.items()}}}


def over_http(section, **more):
    """A participant called over HTTP; a setting that is None is left out."""
    told = {"provider": "http", "url": "https://127.0.0.1:1/saga", "secret": {"env": "SIGNED"}, **more}
    return {section: {name: value for name, value in told.items() if value is not None}}


def token(**more):
    return {"http": {"tokens": [{"name": "a", "sha256": DIGEST, **more}]}}


BAD = [
    # Redis
    ("redis.url", redis_("redis://default@redis:6379/0")),
    ("redis.url", redis_("redis://127.0.0.1:1/70000")),
    ("redis.url", redis_("redis://127.0.0.1:1/x")),
    ("redis.url", redis_("redis://127.0.0.1:1/0?db=1")),
    ("redis.url", redis_("redis://[::1/0")),
    ("redis.url", redis_("redis://::1/0")),
    ("redis.url", redis_("redis://")),
    ("redis.url", redis_("redis://u%zz@127.0.0.1:1/0", password=True)),
    ("redis.url", redis_("rediss://127.0.0.1:1/0")),
    ("redis.url", redis_("unix:///s?db=x")),
    ("redis.url", redis_("unix://relative")),
    ("redis.url", redis_("unix:///" + "x" * 200)),
    ("redis.url", redis_({"env": "NUMBERS"})),
    # Mail
    ("mail.from", {"mail": {"from": "orders@shop"}}),
    ("mail.from", {"mail": {"from": "Shop <orders@example.com"}}),
    ("mail.from", {"mail": {"from": '"Shop <orders@example.com>'}}),
    ("mail.url", mail("smtp://[::1")),
    ("mail.url", mail("smtp://ho st")),
    ("mail.url", mail("smtp://host:0")),
    ("mail.url", mail("smtp://host?x=1")),
    ("mail.url", mail("smtp://u:p@host")),
    ("mail.url", mail("dir:")),
    ("mail.url", mail("dir:/proc/nowhere")),
    ("mail.url", mail("dir:/dev/null/below")),
    ("mail.url", mail("discard:", user="u", password={"env": "SECRET"})),
    ("mail.user", mail("smtp://host", user="u")),
    ("mail.password", mail("smtp://host", password={"env": "SECRET"})),
    ("mail.ca_file", mail("smtp://host", ca_file="/no/such/file")),
    ("mail.ca_file", mail("smtp://host", ca_file="/etc/hostname")),
    ("mail.ca_file", mail("smtp://host", ca_file="/etc")),
    # Kafka
    ("kafka.brokers", {"kafka": {"brokers": "[::1:9092"}}),
    ("kafka.client.sokcet.timeout.ms", client(sokcet_timeout_ms="1")),
    ("kafka.client.socket.timeout.ms", client(socket_timeout_ms="soon")),
    ("kafka.client.message.max.bytes", client(message_max_bytes="1500")),
    ("kafka.client.group.id", client(group_id="x")),
    ("kafka.client.transactional.id", client(transactional_id="x")),
    ("kafka.client.acks", client(acks="all")),
    ("kafka.client.linger.ms", client(linger_ms="1")),
    ("kafka.client.delivery.report.only.error", client(delivery_report_only_error="true")),
    ("kafka.client.test.mock.num.brokers", client(test_mock_num_brokers="3")),
    ("kafka.client.queuing.strategy", client(queuing_strategy="lifo")),
    ("kafka.client.partitioner", client(partitioner="random")),
    ("kafka.client.sasl.oauthbearer.config", client(sasl_oauthbearer_config="hidden-2")),
    ("kafka.client", client(security_protocol="SSL", ssl_ca_location="/no/such/file")),
    ("kafka.client", client(security_protocol="SASL_PLAINTEXT", sasl_mechanism="PLAIN")),
    ("kafka.client", client(security_protocol="SSL", ssl_key_pem={"env": "SECRET"})),
    # Participants
    ("payment.provider", {"payment": {"provider": "stripe"}}),
    ("inventory.provider", {"inventory": {"provider": "simulated"}}),
    ("payment.url", over_http("payment", url=None)),
    ("payment.url", over_http("payment", url="pay.example")),
    ("payment.url", over_http("payment", url="ftp://pay.example")),
    ("payment.url", over_http("payment", url="https://user:hidden@pay.example")),
    ("payment.secret", over_http("payment", secret=None)),
    ("payment.secret", over_http("payment", secret=[])),
    ("payment.secret", over_http("payment", secret=SIGNED)),
    ("payment.secret", over_http("payment", secret={"env": "SECRET"})),
    ("shipping.secret", over_http("shipping", secret={"env": "SHORT"})),
    ("shipping.secret", over_http("shipping", secret=[{"env": "SIGNED"}, {"env": "SHORT"}])),
    ("inventory.secret[1]", over_http("inventory", secret=[{"env": "SIGNED"}, {"env": "SURELY_NOT_SET_HERE"}])),
    ("inventory.ca_file", over_http("inventory", ca_file="/no/such/file")),
    ("payment.timeout", over_http("payment", timeout="0s")),
    ("payment.connections", over_http("payment", connections=0)),
    ("payment.capture", {"payment": {"capture": "never"}}),
    ("payment.url", {"payment": {"url": "https://pay.example"}}),
    ("payment.answer_deadline", {"payment": {"answer_deadline": "1h"}}),
    ("shipping.timeout", {"shipping": {"provider": "topic", "timeout": "9s"}}),
    ("payment.simulate.decline_rate", over_http("payment", simulate={"decline_rate": 0.5})),
    ("inventory.untracked", over_http("inventory", untracked="reject")),
    ("mail.user", {**over_http("notification"), "mail": {"url": None, "from": None, "user": "u"}}),
    ("notification.answer_deadline", {**over_http("notification", answer_deadline="1h"), "mail": {"url": None, "from": None}}),
    ("mail.backlog", {"notification": {"provider": "topic"}, "mail": {"url": None, "from": None, "backlog": 9}}),
    ("kafka.requests", {"kafka": {"requests": "elsewhere"}}),
    ("kafka.requests", {"kafka": {"requests": "a b"}, "payment": {"provider": "topic"}}),
    ("notification.retry", {"notification": {"retry": {"attempts": 3}}}),
    ("http.tokens", token(scopes=["participant"])),
    ("http.tokens", token(scopes=["orders"], handler="payment")),
    ("http.tokens", token(scopes=["participant"], handler="order")),
    # Traces
    ("traces.url", {"traces": {"url": "collector"}}),
    ("traces.url", {"traces": {"url": "grpc://127.0.0.1:4317"}}),
    ("traces.url", {"traces": {"url": "http://user:hidden@127.0.0.1:4318"}}),
    ("traces.url", {"traces": {"url": "http://127.0.0.1:4318/v1/traces"}}),
    ("traces.sample", {"traces": {"url": "http://127.0.0.1:4318", "sample": 1.5}}),
    ("traces.headers.authorization", {"traces": {"url": "http://127.0.0.1:4318", "headers": {"authorization": "hidden"}}}),
    ("traces.headers.x-tenant", {"traces": {"url": "http://127.0.0.1:4318", "headers": {"x-tenant": "hidden\r\nb: c"}}}),
    ("traces.headers.host", {"traces": {"url": "http://127.0.0.1:4318", "headers": {"host": "hidden"}}}),
    ("traces.headers", {"traces": {"headers": {"x-tenant": "shop"}}}),
    ("traces.sample", {"traces": {"sample": 0.5}}),
    # The rest
    ("http.listen", {"http": {"listen": "[::1"}}),
    ("http.connections", {"http": {"connections": 0}}),
    ("http.tokens", {"http": {"tokens": [{"name": "a", "sha256": DIGEST, "scopes": []}]}}),
    ("http.tokens", {"http": {"tokens": [{"name": name, "sha256": DIGEST, "scopes": ["orders"]} for name in "ab"]}}),
    ("http.tokens", {"http": {"tokens": [{"name": "shop", "sha256": sha256(b"secret").hexdigest(), "scopes": ["orders"]}]}}),
    ("http.listen", {"http": {"listen": "0.0.0.0:0"}}),
    ("http.open", {"http": {"open": True, **token(scopes=["orders"])["http"]}}),
    ("payment.simulate.decline_over", {"payment": {"simulate": {"decline_over": "200000000.00"}}}),
    ("payment.simulate.decline_over", {"payment": {"simulate": {"decline_over": "1.005"}}}),
    ("inventory.retry.attempts", {"inventory": {"retry": {"attempts": 3}}}),
    ("workers.placement.journal", {"workers": {"placement": {
        "reactor": 0, "journal": 1023, "order": 0, "payment": 0, "inventory": 0, "shipping": 0, "notification": 0}}}),
]

GOOD = [
    redis_("redis://engine@127.0.0.1:1/0", password=True),
    redis_("redis://127.0.0.1:1", password=True),
    redis_("redis://[::1]:1/65535"),
    redis_("unix:///no/such/socket?db=2"),
    mail("smtp://host:587", user="u", password={"env": "SECRET"}),
    mail("smtps://[::1]:465"),
    {"mail": {"from": "orders@example.com"}},
    client(security_protocol="SASL_SSL", sasl_mechanism="SCRAM-SHA-512", sasl_username="engine",
           sasl_password={"env": "SECRET"}),
    client(client_id="a", socket_timeout_ms="5000", compression_type="lz4", message_max_bytes="2000000"),
    {"kafka": {"brokers": "[::1]:9092, other:9092"}},
    {"http": {"connections": 16}},
    {"http": {"listen": "0.0.0.0:0", "open": True}},
    {"http": {"tokens": [{"name": "a", "sha256": {"env": "DIGEST"}, "scopes": ["orders"]}]}},
    token(scopes=["participant"], handler="payment"),
    {"payment": {"simulate": {"decline_over": "1000.00"}}},
    {"workers": {"placement": {name: min(os.sched_getaffinity(0)) for name in (
        "reactor", "journal", "order", "payment", "inventory", "shipping", "notification")}}},
    {"payment": {"provider": "topic", "answer_deadline": "2h"}, "kafka": {"requests": "orders"}},
    {"traces": {"url": "http://127.0.0.1:4318", "sample": 1, "headers": {"x-tenant": "shop"}}},
    over_http("payment"),
    over_http("payment", url="http://127.0.0.1:1/saga", timeout="70s", connections=4, answer_deadline="2h",
              capture="with_shipment", retry={"attempts": 3}),
    over_http("shipping", secret=[{"env": "SIGNED"}, {"env": "SIGNED"}]),
    over_http("inventory", retry={"attempts": 3}),
    {**over_http("notification"), "mail": {"url": None, "from": None, "retry": {"deadline": "1h"}, "backlog": 10}},
    {"notification": {"provider": "topic", "answer_deadline": "2h"}, "mail": {"url": None, "from": None}},
    {"payment": {"capture": "with_shipment"}},
]


def found(done):
    """Of each line that was printed its place and its key."""
    lines = [line.split(": ") for line in (done.stdout + done.stderr).splitlines()]
    return [(parts[0], parts[1]) for parts in lines if len(parts) > 2]


@pytest.mark.parametrize("key, changes", BAD, ids=lambda value: value if isinstance(value, str) else "")
def test_what_the_start_refuses_the_check_finds_in_its_place(written, key, changes):
    file = written(changes)
    checked = run("--config", file, "--check-config")
    started = run("--config", file)
    assert (checked.returncode, started.returncode) == (BAD_CONFIG, BAD_CONFIG), checked.stderr + started.stderr
    [(place, named)] = found(checked)
    assert named == key or named.startswith(key + "["), checked.stderr
    assert re.fullmatch(re.escape(str(file)) + r":\d+:\d+", place), checked.stderr
    assert found(started) == [(place, named)]
    assert "hidden" not in checked.stderr + started.stderr


def started_as_checked(file):
    """The start of a file in which the check finds nothing."""
    checked = run("--config", file, "--check-config")
    assert checked.returncode == 0, checked.stderr
    assert "hidden" not in run("--config", file, "--print-config").stdout
    return run("--config", file)


@pytest.mark.parametrize("changes", GOOD, ids=str)
def test_what_the_check_passes_the_start_takes(written, changes):
    started = started_as_checked(written(changes))
    assert started.returncode == UNAVAILABLE, started.stdout + started.stderr


def test_a_file_must_choose_who_takes_payments_and_who_ships(written):
    for section in ("payment", "shipping"):
        file = written({section: {"provider": None}})
        for arguments in (["--check-config"], []):
            done = run("--config", file, *arguments)
            assert done.returncode == BAD_CONFIG
            assert f'[{section}] provider = "simulated"   # or "http", "topic"' in done.stderr
            assert re.fullmatch(re.escape(str(file)) + r":\d+:\d+", found(done)[0][0]), done.stderr  # [payment]
        assert run("--config", file, "--set", f"{section}.provider=simulated", "--check-config").returncode == 0


def test_what_is_only_simulated_is_said_at_every_start(written):
    started = run("--config", written({"log": {"format": "json"}})).stderr
    warnings = [line["message"] for line in map(json.loads, started.splitlines()) if "simulated" in line["message"]]
    assert [text.split()[0] for text in warnings] == ["payment.provider", "shipping.provider"], started


def test_the_topic_of_requests_is_printed_as_what_it_comes_to(written):
    printed = run("--config", written({"kafka": {"topic": "shop"}, "payment": {"provider": "topic"}}), "--print-config")
    assert 'requests = "shop.requests"' in printed.stdout


def test_a_misspelt_client_setting_is_answered_with_the_right_one(written):
    checked = run("--config", written(client(sokcet_timeout_ms="1")), "--check-config")
    assert "did you mean socket.timeout.ms?" in checked.stderr


def test_a_folder_that_the_check_looks_for_is_not_made(written, tmp_path):
    assert run("--config", written(mail(f"dir:{tmp_path}/a/outbox")), "--check-config").returncode == 0
    assert [file.name for file in tmp_path.iterdir()] == ["engine.toml"]


def test_dev_is_checked_as_well(tmp_path):
    (tmp_path / "file").write_text("x")
    for arguments, key in (([], "mail.url"), (["--set", "redis.password={ env = \"SECRET\" }"], "redis.password"),
                           (["--set", "kafka.client.acks=1"], "kafka.client.acks")):
        folder = tmp_path / ("file" if key == "mail.url" else "data")
        done = run("--dev", "--data", folder, *arguments, "--check-config")
        assert done.returncode == BAD_CONFIG
        assert [named for _, named in found(done)] == [key], done.stderr


def test_an_acl_user_whose_password_stands_beside_the_url(world):
    world.redis.client.acl_setuser("engine", enabled=True, passwords=["+hidden-1"], keys=["*"], channels=["*"],
                                   commands=["+@all"])
    url = world.redis.url.replace("redis://", "redis://engine@")
    engine = world.engine(redis_(url, password=True), env={**os.environ, "SECRET": "hidden-1"}).start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    assert any(one["user"] == "engine" for one in world.redis.client.client_list())


def test_client_settings_reach_librdkafka_and_kafka(world):
    engine = world.engine(client(client_id="shop-7", socket_timeout_ms="5000", compression_type="gzip",
                                 reconnect_backoff_ms="50", fetch_wait_max_ms="5")).start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
