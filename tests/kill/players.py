"""The real things of one round, and the supervisor that starts each of them again whenever it has ended, as an init system
does. Faults only ever end or freeze a process; coming back is the supervisor's."""

import random
import threading
import time

import harness_path  # noqa: F401
from harness.engine import Engine, base_config, merged
from harness.redis import RedisServer
from harness.smtp import SmtpServer
from harness.wait import free_port
from outside import Outside

# What an engine may end with while things are taken from under it: killed, told to stop before it minds signals, drained,
# ended by a drain that did not finish, a service not there in time, replaced.
EXPECTED_EXITS = {-9, -15, 0, 1, 69, 75}

REDIS_OPTIONS = {
    "nothing": ["--save", ""],  # a kill is a wiped Redis
    "snapshots": ["--save", ""],  # only when a fault says BGSAVE: a kill goes back to that
    "every write": ["--appendonly", "yes", "--appendfsync", "everysec"],  # a kill loses nothing
}


class Role:
    """One thing that is to run."""

    def __init__(self, name, thing, wanted=True):
        self.name = name
        self.thing = thing  # has launch() and process
        self.wanted = wanted
        self.again_at = 0.0  # not started before
        self.exits = []

    @property
    def running(self):
        return self.thing.process is not None and self.thing.process.exit_code() is None

    def signal(self, number):
        if self.running:
            self.thing.process.signal(number)


class Supervisor(threading.Thread):
    """Thread: its own; `lock` guards the roles against the faults' threads."""

    def __init__(self, roles):
        super().__init__(name="supervisor", daemon=True)
        self.roles = roles
        self.lock = threading.Lock()
        self._stop_now = threading.Event()

    def run(self):
        while not self._stop_now.wait(0.02):
            with self.lock:
                for role in self.roles:
                    self._look_after(role)

    def _look_after(self, role):
        if role.running:
            return
        if role.thing.process is not None and not getattr(role.thing.process, "noted", False):
            role.thing.process.noted = True
            role.exits.append(role.thing.process.exit_code())
            role.again_at = max(role.again_at, time.monotonic() + 0.1)
        if role.wanted and time.monotonic() >= role.again_at:
            role.thing.launch()
            if isinstance(role.thing, Engine):
                role.thing.arguments = []  # --takeover is for once

    def stop(self):
        self._stop_now.set()
        self.join()


class Cast:
    """One round's engines, Redis, mail server; the broker is the run's."""

    def __init__(self, seed, broker, topic, folder):
        choose = random.Random(f"{seed}/cast")
        self.folder = folder
        self.topic = topic
        self.broker = broker
        self.persistence = choose.choice(list(REDIS_OPTIONS))
        self.redis = RedisServer(folder / "redis", folder / "redis.log",
                                 [*REDIS_OPTIONS[self.persistence], "--enable-protected-configs", "yes"])
        self.smtp = SmtpServer()
        # Some mails are refused for now, some for good; the answer goes by a number of its own, not by time.
        refusals = random.Random(f"{seed}/mail")
        self.smtp.answer = lambda _: refusals.choices(("250 OK", "451 not now", "554 never"), (95, 4, 1))[0]
        self.engines_wanted = choose.choice((1, 2))
        config = merged(base_config(broker.bootstrap, self.redis.url, topic, self.smtp.url), {
            "http": {"ack_deadline": "3s"},
            "mail": {"retry": {"backoff": "50ms", "backoff_max": "500ms"}},
            "retry": {"backoff": "20ms", "backoff_max": "200ms"},
            "payment": {"simulate": {"decline_rate": 0.08, "transient_rate": 0.1, "refund_transient_rate": 0.1,
                                     "latency": choose.choice(("0ms", "3ms", "40ms"))}},
            "shipping": {"simulate": {"fail_rate": 0.08, "transient_rate": 0.1, "latency": choose.choice(("0ms", "10ms", "300ms"))}},
        })
        self.outside = Outside(seed, folder)
        config = merged(config, self.outside.settings())
        config["payment"]["capture"] = self.outside.capture
        engines = []
        for name in ("a", "b"):
            own = merged(config, {"http": {"listen": f"127.0.0.1:{free_port()}"}})
            engines.append(Engine(folder / name, folder / f"engine-{name}.log", own))
        self.ports = [engine.port for engine in engines]
        self.engines = [Role("engine a", engines[0]), Role("engine b", engines[1], self.engines_wanted == 2)]
        self.broker_role = Role("broker", broker)
        self.redis_role = Role("redis", self.redis)
        self.outside_roles = {handler: Role(handler, service) for handler, service in self.outside.services.items()}
        self.supervisor = Supervisor([self.broker_role, self.redis_role, *self.outside_roles.values(), *self.engines])

    def __str__(self):
        simulated = {handler: self.engines[0].thing.config[handler].get("simulate") for handler in ("payment", "shipping")}
        takes = [f"{handler} takes {rules['latency']}" for handler, rules in simulated.items() if rules]
        return (f"{self.engines_wanted} engine{'s' * (self.engines_wanted - 1)}, Redis keeps {self.persistence}, "
                f"{', '.join([*takes, str(self.outside)])}, captured {self.outside.capture}")

    def ready(self):
        """The engine that serves, or None."""
        return next((role for role in self.engines if role.running and role.thing.is_ready()), None)

    def close(self):
        self.supervisor.stop()
        for role in self.engines:
            role.wanted = False
            role.thing.kill()
        self.outside.close()
        self.redis.process.kill()
        self.smtp.stop()
