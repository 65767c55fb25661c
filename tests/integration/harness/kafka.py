"""A real Apache Kafka broker in KRaft mode (broker and controller in one JVM), from its jars in the Maven registry.

The jars are copied once into .cache/kafka/<version>/; storage and ports are new for every run. Registry unreachable on the
first run: a failure that says so, never a skip.
"""

import base64
import shutil
import subprocess
import uuid
import xml.etree.ElementTree as ElementTree

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from .paths import CACHE, HERE
from .process import Process
from .wait import free_port

POM = HERE / "kafka" / "pom.xml"
# A test broker lives for minutes: the first compiler tier and the simplest collector start it in about two seconds.
JVM = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]


def jars():
    version = ElementTree.parse(POM).findtext(".//{*}kafka.version")
    folder = CACHE / "kafka" / version
    if not folder.is_dir():
        partial = CACHE / "kafka" / f"{version}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        copied = subprocess.run(
            ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", f"-DoutputDirectory={partial}"],
            capture_output=True, text=True, check=False)
        if copied.returncode != 0:
            raise AssertionError(f"Kafka {version} could not be fetched with Maven, and the integration tests need a real "
                                 f"broker:\n{copied.stdout}{copied.stderr}")
        partial.rename(folder)
    return folder


def server_properties(folder, port, controller_port, changes):
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
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
        classpath = f"{jars()}/*"
        folder.mkdir(parents=True, exist_ok=True)
        properties = folder / "server.properties"
        properties.write_text(server_properties(
            folder, self.port, free_port(), {name.replace("_", "."): value for name, value in settings.items()}))
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

    def stop(self):
        self.process.stop()


class _Silent:
    """confluent-kafka wants a logger; connection refusals while the broker comes up are not news."""
    def log(self, *_args, **_kwargs):
        pass


_silent = _Silent()
