"""docker/compose.yaml where there is no daemon: our images are built as dockerfile.py does it, and their services run as compose
says, each until its health check is content: command, user, environment, volumes, a root nobody can write to, no privilege. Kafka and
Redis are this machine's, for the images of others are not here. Then an order of the shop goes through all of them.

As root, with debootstrap:  tests/package/stack      CCACHE_DIR, if it is set, is used by the builds.
"""

import ctypes
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import requests
import yaml
from dockerfile import PATH, build, check
from harness.kafka import Broker
from harness.paths import ROOT
from harness.process import Process
from harness.redis import RedisServer
from harness.scripted import SECRET
from harness.shop import shop_order
from harness.wait import until

DOCKER = ROOT / "docker"
SERVICES = {name: service for name, service in yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"].items()
            if "build" in service}
SAID = {"SAGA_SECRET": SECRET}  # what make start writes into docker/.env
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000


def apart(what):
    """This process, and all that it starts from now on, have mounts or a network of their own."""
    assert ctypes.CDLL(None, use_errno=True).unshare(what) == 0, os.strerror(ctypes.get_errno())


def filled_in(value):
    return re.sub(r"\$\{(\w+):([-?])([^}]*)\}", lambda found: SAID.get(found[1]) or (found[3] if found[2] == "-" else SAID[found[1]]),
                  str(value))


class Service:
    def __init__(self, name, image, folder, more):
        self.image, self.folder = image, folder / name
        said = SERVICES[name]
        self.env = {"PATH": PATH, **image.env, **more,
                    **{key: filled_in(value) for key, value in (said.get("environment") or {}).items() if value is not None}}
        self.check = said["healthcheck"]["test"][1:]
        assert said["read_only"] and said["cap_drop"] == ["ALL"] and "no-new-privileges:true" in said["security_opt"]
        self.mount(said)
        self.process = Process(self.command([*image.entrypoint, *said.get("command", [])]), folder / f"{name}.log")
        self.process.ready(lambda: self.content(self.check), 90, f"{name}'s health check")
        print(f"stack: {name} runs, and {' '.join(self.check)} is content", flush=True)

    def command(self, words):
        return self.image.inside(self.folder, words, self.env, self.image.user)

    def content(self, words):
        return subprocess.run(self.command(words), capture_output=True, check=False).returncode == 0

    def mount(self, said):
        root, volumes = self.image.root, [volume.split(":") for volume in said.get("volumes", [])]
        for source, to, *_ in volumes:
            place = root / to.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.startswith("."):
                place.touch()
            else:
                place.mkdir(exist_ok=True)
        self.folder.mkdir()
        check("mount", "--bind", root, self.folder)
        check("mount", "-o", "remount,bind,ro", self.folder)
        check("mount", "-t", "proc", "proc", self.folder / "proc")
        for place in said.get("tmpfs", []):
            check("mount", "-t", "tmpfs", "tmpfs", self.folder / place.lstrip("/"))
        for source, to, *_ in volumes:
            of = DOCKER / source
            if not source.startswith("."):  # named: it begins as what the image has there
                of = self.folder.parent / "volumes" / source
                check("mkdir", "-p", of.parent)
                check("cp", "-a", root / to.lstrip("/"), of)
            check("mount", "--bind", of, self.folder / to.lstrip("/"))


def images(folder):
    made = {}
    for service in SERVICES.values():
        if service["image"] not in made:
            context = (DOCKER / service["build"]["context"]).resolve()
            file = context / service["build"].get("dockerfile", "Dockerfile")
            made[service["image"]] = image = build(context, file, folder / service["image"].replace(":", "-"))
            (image.root / "etc/hosts").write_text(f"127.0.0.1 localhost {' '.join(SERVICES)}\n")
    return made


def run(folder):
    apart(CLONE_NEWNS)
    check("mount", "--make-rprivate", "/")
    made = images(folder)
    assert not list(folder.glob("*/*/src/build/debian")), "what .dockerignore names was copied"
    apart(CLONE_NEWNET)
    check("ip", "link", "set", "lo", "up")
    started = []

    def start(name):
        """What it depends on first."""
        for other in SERVICES[name].get("depends_on", []):
            if other in SERVICES and other not in [of for of, _ in started]:
                start(other)
        started.append((name, Service(name, made[SERVICES[name]["image"]], folder, outside if name == "engine" else {})))
        return started[-1][1]

    broker = Broker(folder / "kafka", folder / "kafka.log")
    redis = RedisServer(folder / "redis", folder / "redis.log")
    outside = {"ENGINE_KAFKA_BROKERS": broker.bootstrap, "ENGINE_REDIS_URL": redis.url, "ENGINE_MAIL_URL": "discard:"}
    try:
        engine = start("engine")
        assert set(SERVICES) == {name for name, _ in started}
        assert engine.content(made[SERVICES["engine"]["image"]].health), "the image's own health check"
        orders = "http://127.0.0.1:8080/v1/orders"
        order = requests.post(orders, json=shop_order(), timeout=30).json()["orderId"]
        last = until(lambda: (got := requests.get(f"{orders}/{order}", timeout=30).json())["status"] == "completed" and got, 60,
                     "a completed order")
        print("stack: an order went through:", ", ".join(step["type"] for step in last["steps"]))
        assert engine.process.stop() == 0, engine.process.tail()
    finally:
        for process in [service.process for _, service in started] + [broker, redis]:
            process.stop()


if __name__ == "__main__":
    temporary = Path(tempfile.mkdtemp())
    temporary.chmod(0o755)
    try:
        run(temporary)
    finally:
        for mounted in sorted(re.findall(rf"^\S+ ({temporary}/\S+)", Path("/proc/mounts").read_text(), re.M), reverse=True):
            check("umount", mounted)
        shutil.rmtree(temporary)
