"""Fixtures: one broker for the session, one redis-server, one mail server and one engine a test, all on free ports."""

import itertools
import re
import uuid

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from harness.engine import BINARY, Engine, base_config, merged
from harness.kafka import Broker
from harness.paths import BUILD
from harness.proxy import Proxy
from harness.redis import RedisServer
from harness.smtp import SmtpServer, make_certificate
from harness.topic import read_topic
from harness.wait import free_port


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    started = Broker(tmp_path_factory.mktemp("kafka"), BUILD / f"kafka-{uuid.uuid4().hex[:8]}.log")
    yield started
    started.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def log_folder(name):
    folder = BUILD / re.sub(r"[^A-Za-z0-9_.-]+", "_", name)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.log"):
        old.unlink()
    return folder


@pytest.fixture
def logs(request):
    """The folder of this test's logs, kept after the run."""
    return log_folder(request.node.nodeid)


@pytest.fixture
def redis_server(tmp_path, logs):
    server = RedisServer(tmp_path / "redis", logs / "redis.log")
    yield server
    server.stop()


@pytest.fixture
def smtp_server():
    server = SmtpServer()
    yield server
    server.stop()


@pytest.fixture
def secure_smtp_server(certificate):
    server = SmtpServer(certificate, login=("shop", "correct horse"))
    yield server
    server.stop()


class World:
    """One test's engine and what surrounds it: its own topic on the shared broker, its own Redis, its own mail server."""

    def __init__(self, broker, redis_server, smtp_server, folder, logs):
        self.broker = broker
        self.redis = redis_server
        self.smtp = smtp_server
        self.topic = f"orders-{uuid.uuid4().hex[:12]}"
        self.config = base_config(broker.bootstrap, redis_server.url, self.topic, smtp_server.url)
        self._folder = folder
        self._logs = logs
        self._numbers = itertools.count(1)
        self._engines = []

    def engine(self, changes=None, arguments=(), env=None):
        """An engine that is not started yet; it is ended with the test."""
        number = next(self._numbers)
        made = Engine(self._folder / f"engine-{number}", self._logs / f"engine-{number}.log",
                      merged(self.config, changes or {}), arguments, env)
        self._engines.append(made)
        return made

    def records(self):
        return read_topic(self.broker.bootstrap, self.topic)

    def trim(self, end):
        """As retention does: the topic begins at this offset afterwards."""
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap})
        for trimmed in admin.delete_records([TopicPartition(self.topic, 0, end)]).values():
            trimmed.result(20)

    def events_of(self, order_id):
        return [record for record in self.records() if record.key == order_id]

    def close(self):
        for engine in self._engines:
            engine.kill()


def need_engine():
    assert BINARY.is_file(), f"no engine at {BINARY}: build it, or set ENGINE_BINARY"


@pytest.fixture
def world(broker, redis_server, smtp_server, tmp_path, logs):
    need_engine()
    made = World(broker, redis_server, smtp_server, tmp_path, logs)
    yield made
    made.close()


@pytest.fixture
def engine(world):
    """A started engine with the least configuration, for this test alone."""
    return world.engine().start()


@pytest.fixture(scope="session")
def shared_engine(broker, tmp_path_factory):
    """One engine for all tests that only ask it something and are not disturbed by what others asked."""
    need_engine()
    folder, logs = tmp_path_factory.mktemp("shared"), log_folder(f"shared-{uuid.uuid4().hex[:8]}")
    redis_server, smtp_server = RedisServer(folder / "redis", logs / "redis.log"), SmtpServer()
    world = World(broker, redis_server, smtp_server, folder, logs)
    started = world.engine().start()
    yield started
    code = started.stop()
    world.close()
    smtp_server.stop()
    redis_server.stop()
    assert code == 0, "the shared engine did not drain"


@pytest.fixture
def way_to_redis(world):
    """For an engine that is to be cut off from Redis, so that it learns from the log alone that it was replaced."""
    proxy = Proxy(free_port(), world.redis.port)
    proxy.config = {"redis": {"url": f"redis://127.0.0.1:{proxy.port}/0"}}
    yield proxy
    proxy.close()
