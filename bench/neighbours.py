"""A real Apache Kafka broker and a real redis-server for the commands in here: those of tests/integration, with the JVM
settings of Kafka's own start script in place of a test's."""

import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INTEGRATION = ROOT / "tests" / "integration"
PYTHON = ROOT / ".cache" / "venv" / "bin" / "python"
KAFKA_JVM = ["-Xms1g", "-Xmx1g", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
             "-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent"]
# Another build of it than this is named by THROUGHPUT.
THROUGHPUT = Path(os.environ.get("THROUGHPUT", ROOT / "build" / "release" / "bench" / "throughput"))


def enter_environment():
    """Goes on in the Python that the fixtures need, which the integration tests' own script makes."""
    if Path(sys.prefix) != PYTHON.parent.parent:
        os.execv(INTEGRATION / "python", [str(INTEGRATION / "python"), *sys.argv])
    sys.path.insert(0, str(INTEGRATION))


@contextlib.contextmanager
def started():
    """Yields a folder that goes afterwards, the broker and the Redis."""
    from harness import kafka
    from harness.redis import RedisServer

    kafka.JVM = KAFKA_JVM
    with tempfile.TemporaryDirectory(prefix="bench.") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        broker = kafka.Broker(folder / "kafka", folder / "kafka.log")
        stack.callback(broker.stop)
        redis = RedisServer(folder / "redis", folder / "redis.log")
        stack.callback(redis.stop)
        yield folder, broker, redis


def write(path, facts, figures):
    """As throughput writes its own, a line a figure."""
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in facts.items()]
    rows = [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in figures.items()]
    with open(path, "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join([*lines, '  "figures": {\n' + ",\n".join(rows) + "\n  }"]) + "\n}\n")
