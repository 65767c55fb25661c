"""What is done to the things of a round: a plan drawn from the seed, printed before it is carried out.

Every fault ends within the round: who is frozen goes on, who is dead is started again, who cannot write can."""

import random
import resource
import signal
import threading
import time
from dataclasses import dataclass

import redis

KINDS = {  # kind -> weight
    "kill engine": 5, "freeze engine": 3, "stop engine": 1, "takeover": 3,
    "kill broker": 2, "freeze broker": 2,
    "kill redis": 3, "freeze redis": 2, "flush redis": 2, "fill redis": 2, "break redis disk": 1, "fill redis disk": 2,
    "save redis": 2, "lose part of redis": 4, "lose part of redis between starts": 3, "evict from redis": 2,
    "kill payment": 5, "freeze payment": 3, "cut off stripe": 4, "kill shipping": 5, "freeze shipping": 3,
}
CUT = ("/v1/payment_intents", "/confirm", "/capture", "/cancel", "/v1/refunds")  # behind what Stripe has done
# Redis without one of these has not what its checkpoint says; the engine is to see it and bring it back from the topic.
PARTS = ("live", "stock", "a sku", "a live id", "a live document", "checkpoint", "recent", "recent and live")
ONE_OF_THE_LIVE = "local id = redis.call('SRANDMEMBER', 'saga:0:live') if not id then return 0 end return "


@dataclass(frozen=True)
class Fault:
    at: float
    kind: str
    hold: float  # seconds that it lasts: frozen, away, full
    engine: int = 0  # which of the two, where it is about one
    part: str = ""  # of Redis, where one is lost

    def __str__(self):
        which = f" {'ab'[self.engine]}" if "engine" in self.kind else f" ({self.part})" if "part" in self.kind else ""
        return f"{self.at:5.2f} s  {self.kind}{which} for {self.hold:.1f} s"


def possible(kind, outside):
    """Whether it can happen in a round with these handlers outside."""
    if kind == "evict from redis":
        # An order that is forgotten may be placed anew, and would come to a participant as another one under the same key.
        return not outside
    needed = {"payment", "shipping", "stripe"}.intersection(kind.split())
    return needed <= {*outside, *(("stripe",) if "payment" in outside else ())}


def plan(seed, seconds, kinds=None, count=None, outside=()):
    draw = random.Random(f"{seed}/faults")
    weights = {kind: weight for kind, weight in KINDS.items() if (kinds is None or kind in kinds) and possible(kind, outside)}
    faults = []
    for _ in range(count or draw.randint(3, 7) if weights else 0):
        at = draw.uniform(0.5, seconds)
        kind = draw.choices(list(weights), list(weights.values()))[0]
        # Mostly short; now and then longer than the lease of the owner and the patience of the clients.
        hold = draw.choice((draw.uniform(0.05, 0.5), draw.uniform(0.5, 2.5), draw.uniform(2.5, 7)))
        faults.append(Fault(at, kind, hold, draw.choices((0, 1), (3, 1))[0], draw.choice(PARTS)))
    return sorted(faults, key=lambda fault: fault.at)


class Faults(threading.Thread):
    """Carries the plan out; faults that last overlap."""

    def __init__(self, faults, cast, began):
        super().__init__(name="faults", daemon=True)
        self._plan = faults
        self._cast = cast
        self._began = began
        self._lasting = []
        self.failures = []  # of a fault itself: it could not be done, or not be ended
        self.evicted = []  # [from, to], seconds since it began: Redis may have thrown away what had ended by then

    def run(self):
        for fault in self._plan:
            time.sleep(max(0.0, self._began + fault.at - time.monotonic()))
            thread = threading.Thread(target=self._carry_out, args=(fault,), daemon=True)
            thread.start()
            self._lasting.append(thread)
        for thread in self._lasting:
            thread.join()

    def _carry_out(self, fault):
        try:
            getattr(self, "_" + fault.kind.replace(" ", "_"))(fault)
        except (redis.RedisError, OSError):
            pass  # Redis is away by another fault
        except Exception as failure:  # the round must say so: it has not tested what it says it has
            self.failures.append(f"{fault}: {failure!r}")

    def _engine(self, fault):
        return self._cast.engines[fault.engine if self._cast.engines[fault.engine].running else 0]

    def _kill(self, role, away):
        with self._cast.supervisor.lock:
            role.again_at = time.monotonic() + away
            role.signal(signal.SIGKILL)

    def _freeze(self, role, seconds):
        process = role.thing.process
        role.signal(signal.SIGSTOP)
        time.sleep(seconds)
        if process is not None and process.exit_code() is None:
            process.signal(signal.SIGCONT)

    def _kill_engine(self, fault):
        self._kill(self._engine(fault), fault.hold / 3)

    def _freeze_engine(self, fault):
        self._freeze(self._engine(fault), fault.hold)

    def _stop_engine(self, fault):
        self._engine(fault).signal(signal.SIGTERM)

    def _takeover(self, fault):
        """An engine that does not wait is started while another one serves."""
        role = self._cast.engines[1]
        with self._cast.supervisor.lock:
            role.signal(signal.SIGKILL)
            role.thing.arguments = ["--takeover"]
            role.wanted = True

    def _kill_broker(self, fault):
        self._kill(self._cast.broker_role, fault.hold / 3)

    def _freeze_broker(self, fault):
        self._freeze(self._cast.broker_role, fault.hold)

    def _kill_payment(self, fault):
        self._kill(self._cast.outside_roles["payment"], fault.hold / 3)

    def _freeze_payment(self, fault):
        self._freeze(self._cast.outside_roles["payment"], fault.hold)

    def _kill_shipping(self, fault):
        self._kill(self._cast.outside_roles["shipping"], fault.hold / 3)

    def _freeze_shipping(self, fault):
        self._freeze(self._cast.outside_roles["shipping"], fault.hold)

    def _cut_off_stripe(self, fault):
        """Its next answer of one kind is lost, or a failure is what it says of a thing done."""
        draw = random.Random(f"{fault}")
        setattr(self._cast.outside.stripe, draw.choice(("cut_behind", "fail_behind")), draw.choice(CUT))

    def _kill_redis(self, fault):
        self._kill(self._cast.redis_role, fault.hold)

    def _freeze_redis(self, fault):
        self._freeze(self._cast.redis_role, fault.hold)

    def _flush_redis(self, fault):
        self._cast.redis.client.flushall()

    def _save_redis(self, fault):
        if self._cast.persistence == "snapshots":
            self._cast.redis.client.save()

    def _fill_redis(self, fault):
        self._set_for(fault, {"maxmemory": "1"}, {"maxmemory": "0"})

    def _lose_part_of_redis(self, fault):
        client = self._cast.redis.client
        {
            "live": lambda: client.delete("saga:0:live"),
            "stock": lambda: client.delete("saga:0:stock"),
            "a sku": lambda: client.hdel("saga:0:stock", *client.hkeys("saga:0:stock")[:1]),
            # In one step: one that has ended in between must keep its document.
            "a live id": lambda: client.eval(ONE_OF_THE_LIVE + "redis.call('SREM', 'saga:0:live', id)", 0),
            "a live document": lambda: client.eval(ONE_OF_THE_LIVE + "redis.call('DEL', 'saga:order:' .. id)", 0),
            "checkpoint": lambda: client.delete("saga:0:checkpoint"),
            "recent": lambda: client.delete("saga:0:recent"),
            "recent and live": lambda: client.eval(ONE_OF_THE_LIVE + "redis.call('DEL', 'saga:0:recent', 'saga:0:live')", 0),
        }[fault.part]()

    def _lose_part_of_redis_between_starts(self, fault):
        for role in self._cast.engines:
            self._kill(role, 0.3 + fault.hold / 3)
        self._lose_part_of_redis(fault)

    def _evict_from_redis(self, fault):
        """A full Redis that makes room by throwing away whatever comes to hand, for a moment."""
        client = self._cast.redis.client
        before = client.info()
        share = random.Random(f"{fault}").uniform(0.05, 0.5)  # of what the keys take
        span = [time.monotonic() - self._began, float("inf")]
        self.evicted.append(span)
        self._set_for(fault, {"maxmemory-policy": "allkeys-random",
                              "maxmemory": str(int(before["used_memory"] - share * before["used_memory_dataset"]))},
                      {"maxmemory": "0", "maxmemory-policy": "noeviction"})
        span[1] = time.monotonic() - self._began

    def _break_redis_disk(self, fault):
        """A snapshot that cannot be written makes Redis refuse writes (MISCONF) until one can."""
        client = self._cast.redis.client
        (self._cast.folder / "redis" / "occupied.rdb").mkdir(exist_ok=True)  # a file cannot be renamed to that
        client.config_set("dbfilename", "occupied.rdb")
        client.config_set("save", "3600 1000000")
        client.bgsave()
        time.sleep(fault.hold)
        self._again(lambda: (client.config_set("dbfilename", "dump.rdb"), client.config_set("save", "")))

    def _fill_redis_disk(self, fault):
        """No file of its may grow, as on a full disk: one that keeps every write refuses writes (MISCONF) meanwhile."""
        process = self._cast.redis.process
        unlimited = resource.RLIM_INFINITY
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, unlimited))
        time.sleep(fault.hold)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))

    def _set_for(self, fault, during, after):
        client = self._cast.redis.client
        for name, value in during.items():
            client.config_set(name, value)
        time.sleep(fault.hold)
        self._again(lambda: [client.config_set(name, value) for name, value in after.items()])

    def _again(self, undo):
        """Redis may be frozen or away by now; one that was started again has forgotten the setting by itself."""
        until = time.monotonic() + 30
        while True:
            try:
                return undo()
            except (redis.RedisError, OSError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
