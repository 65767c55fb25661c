"""A real Apache Kafka broker in KRaft mode (broker and controller in one JVM), from its jars in the Maven registry.

The jars are copied once into .cache/kafka/<version>/; storage and ports are new for every run. Registry unreachable on the
first run: a failure that says so, never a skip.
"""

import base64
import fcntl
import shutil
import subprocess
import uuid
import xml.etree.ElementTree as ElementTree

from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from .paths import CACHE, HERE
from .process import Process
from .wait import free_port, reserved_port, until

POM = HERE / "kafka" / "pom.xml"
DEFAULT_BATCH_BYTES = 1048588
# A test broker lives for minutes: the first compiler tier and the simplest collector start it in about two seconds.
JVM = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]


def jars():
    version = ElementTree.parse(POM).findtext(".//{*}kafka.version")
    folder = CACHE / "kafka" / version
    (CACHE / "kafka").mkdir(parents=True, exist_ok=True)
    with open(CACHE / "kafka" / "lock", "w", encoding="ascii") as lock:  # several may begin at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            fetch(version, folder)
    return folder


def fetch(version, folder):
    partial = CACHE / "kafka" / f"{version}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    copied = subprocess.run(
        ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", f"-DoutputDirectory={partial}"],
        capture_output=True, text=True, check=False)
    if copied.returncode != 0:
        raise AssertionError(f"Kafka {version} could not be fetched with Maven, and the integration tests need a real "
                             f"broker:\n{copied.stdout}{copied.stderr}")
    partial.rename(folder)


def server_properties(folder, broker, controller_port, changes):
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{broker.port},PROXIED://127.0.0.1:{broker.proxied_port},"
                     f"CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{broker.port},PROXIED://127.0.0.1:{broker.proxy_port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": folder / "data",
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 1,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "log.cleaner.enable": "false",
        # A test stops the broker with SIGSTOP for seconds; its own controller is not to fence it for that.
        "broker.session.timeout.ms": 60000,
        **changes,
    }
    return "".join(f"{key}={value}\n" for key, value in settings.items())


class Broker:
    def __init__(self, folder, log, **settings):
        """`settings`: of the broker, with underscores for dots."""
        self.port = free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        # Whoever comes in on proxied_port is told to come in on proxy_port, where a test may put a Proxy that leads there.
        self.proxied_port = free_port()
        self._proxy_port_keeper = reserved_port()
        self.proxy_port = self._proxy_port_keeper.getsockname()[1]
        classpath = f"{jars()}/*"
        folder.mkdir(parents=True, exist_ok=True)
        properties = folder / "server.properties"
        properties.write_text(server_properties(
            folder, self, free_port(), {name.replace("_", "."): value for name, value in settings.items()}))
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")  # one in 64 begins with "-"
        formatted = subprocess.run(
            ["java", *JVM, "-cp", classpath, "kafka.tools.StorageTool", "format", "--standalone",
             f"--cluster-id={cluster}", "--config", str(properties)], capture_output=True, text=True, check=False)
        if formatted.returncode != 0:
            raise AssertionError(f"Kafka's storage could not be formatted:\n{formatted.stdout}{formatted.stderr}")
        self._command = ["java", *JVM, f"-Dlog4j2.configurationFile={HERE / 'kafka' / 'log4j2.properties'}", "-cp",
                         classpath, "kafka.Kafka", properties]
        self._log = log
        self.launch()
        self.process.ready(self.answers, 60, "Kafka broker up")

    def launch(self):
        """Starts the process, the first time or again with what it has on the disk, and does not wait for it."""
        self.process = Process(self._command, log=self._log)

    def answers(self):
        try:
            admin = AdminClient({"bootstrap.servers": self.bootstrap, "logger": _silent})
            return bool(admin.list_topics(timeout=1).brokers)
        except KafkaException:
            return False

    def refuse_events(self, topic):
        """No batch as large as one event is written any more: librdkafka gives such a one up, and its producer with it."""
        self._limit(topic, 100, "MSG_SIZE_TOO_LARGE")

    def take_events(self, topic):
        self._limit(topic, DEFAULT_BATCH_BYTES, "INVALID_TIMESTAMP")

    def _limit(self, topic, batch_bytes, says):
        """In force when this returns."""
        entry = ConfigEntry("max.message.bytes", str(batch_bytes), incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "logger": _silent})
        admin.incremental_alter_configs([resource])[resource].result(20)
        until(lambda: self._says_to_a_record(topic) == says, 20, f"max.message.bytes {batch_bytes}")

    def _says_to_a_record(self, topic):
        """Of one that is never written: its time lies too far ahead, which comes after its size."""
        said = []
        producer = Producer({"bootstrap.servers": self.bootstrap, "logger": _silent})
        producer.produce(topic, b"x" * 200, timestamp=4102444800000, on_delivery=lambda error, _: said.append(error.name()))
        producer.flush(20)
        return said[0]

    def stop(self):
        self.process.stop()
        self._proxy_port_keeper.close()


class _Silent:
    """confluent-kafka wants a logger; connection refusals while the broker comes up are not news."""
    def log(self, *_args, **_kwargs):
        pass


_silent = _Silent()
