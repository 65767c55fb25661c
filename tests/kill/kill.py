"""The kill loop: round after round of load on the real things while they are killed, frozen, wiped and filled up; then peace,
a drain, and the checker's judgement.

    kill.py [--rounds N] [--seed N] [--seconds N] [--faults kind,kind] [--count N] [--keep]

A round is drawn from its seed (the plan of faults, the clients' choices, the settings); what the machine makes of it is not:
run a seed again, several times if need be. The evidence of a round with findings stays in build/kill/seed-N."""

import argparse
import json
import random
import shutil
import signal
import sys
import time
import uuid
from collections import Counter

import redis as redis_client
import requests

import harness_path  # noqa: F401
from players import EXPECTED_EXITS, Cast
from checker import Evidence, Line, check
from clients import SKUS, Client, Storekeeper
from faults import KINDS, Faults, plan
from harness.engine import BINARY
from harness.kafka import Broker
from harness.paths import ROOT
from harness.topic import read_topic
from history import History

BUILD = ROOT / "build" / "kill"
CLIENTS = 6
PAUSE = 0.03  # seconds between two requests of a client, on average: the tests share the machine
SETTLE_SECONDS = 90
DRAIN_SECONDS = 40


def say(text):
    print(text, flush=True)


class Round:
    def __init__(self, seed, broker, options):
        self.seed = seed
        self.broker = broker
        self.options = options
        self.folder = BUILD / f"seed-{seed}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.topic = f"orders-{seed}-{uuid.uuid4().hex[:8]}"
        self.history = History()
        self.began = 0.0  # the load, seconds since 1970
        self.evicted = []
        self.findings = []

    def play(self):
        cast = Cast(self.seed, self.broker, self.topic, self.folder)
        faults = plan(self.seed, self.options.seconds, self.options.faults, self.options.count, cast.outside.handlers)
        say(f"seed {self.seed}: {cast}")
        for fault in faults:
            say(f"  {fault}")
        try:
            cast.supervisor.start()
            self._wait(lambda: cast.ready(), 60, "an engine to be ready")
            self._load(cast, faults)
            self._settle(cast)
            self._drain(cast)
            self._judge(cast)
        except AssertionError as failure:
            self.findings.append(str(failure))
            Evidence(self.history.exchanges(), self._lines(), {}, []).write(self.folder)
        finally:
            cast.close()
        exits = {role.name: role.exits for role in cast.supervisor.roles if role.exits}
        # A start is refused while Redis evicts what is not finished.
        expected = EXPECTED_EXITS | ({78} if self.evicted else set())
        self.findings += [f"{role.name} ended with {code}" for role in cast.outside_roles.values() for code in role.exits if code != -9]
        for role in cast.engines:
            self.findings += [f"{role.name} ended with {code}" for code in role.exits if code not in expected]
        return exits

    def _load(self, cast, faults):
        began = time.monotonic()
        self.began = time.time()
        clients = [Client(number, self.seed, cast.ports, self.history, began, PAUSE, (cast.outside.card, cast.outside.declined)) for number in range(CLIENTS)]
        clients.append(Storekeeper(self.seed, cast.ports, self.history, began))
        breaking = Faults(faults, cast, began)
        for thread in (*clients, breaking):
            thread.start()
        time.sleep(self.options.seconds)
        breaking.join(60)
        for client in clients:
            client.stopping.set()
        for client in clients:
            client.join(60)
            assert not client.is_alive(), f"{client.name} does not come to an end"
        self.findings += breaking.failures
        self.evicted = breaking.evicted

    def _wait(self, condition, seconds, what):
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"waited {seconds} s for {what}"
            time.sleep(0.05)

    def _settle(self, cast):
        """Peace: what was accepted comes to its end by itself."""
        def at_rest():
            role = cast.ready()
            if role is None:
                return False
            try:
                live = [order for order in role.thing.get("/v1/orders?limit=100").json()["data"]
                        if order["status"] not in ("completed", "cancelled")]
                # What was taken from Redis last may not have been missed yet.
                stock = {sku: str(role.thing.stock(sku)) for sku in SKUS if role.thing.stock(sku) is not None}
                client = cast.redis.client
                return (not live and client.scard("saga:0:live") == 0 and client.exists("saga:0:checkpoint")
                        and client.hgetall("saga:0:stock") == stock)
            except (redis_client.RedisError, requests.RequestException, KeyError, ValueError):
                return False
        self._wait(at_rest, SETTLE_SECONDS, "all orders to end")

    def _drain(self, cast):
        serving = cast.ready()
        assert serving, "no engine serves"
        for role in sorted(cast.engines, key=lambda role: role is serving):  # a standby first, or it would take over
            with cast.supervisor.lock:
                role.wanted = False
                running = role.running
                role.signal(signal.SIGTERM)
            if running:
                code = role.thing.process.wait(DRAIN_SECONDS)
                # Whoever was just starting leaves the rest to the next start and says so, or has not come to where it
                # minds signals; the one that serves may turn out to be replaced (75).
                allowed = {0, 75} if role is serving else {0, 75, 1, -signal.SIGTERM}
                assert code in allowed, f"{role.name} was to drain and ended with {code}"

    def _lines(self):
        return [Line(record.offset, record.key, record.value.decode()) for record in
                read_topic(self.broker.bootstrap, self.topic)]

    def _judge(self, cast):
        client = cast.redis.client
        keys = list(client.scan_iter("saga:order:*", count=1000))
        documents = client.mget(keys) if keys else []
        redis = {
            "orders": {key.removeprefix("saga:order:"): json.loads(text) for key, text in zip(keys, documents)},
            "live": sorted(client.smembers("saga:0:live")),
            "recent": client.lrange("saga:0:recent", 0, -1),
            "stock": client.hgetall("saga:0:stock"),
            "checkpoint": client.hgetall("saga:0:checkpoint"),
            "began": self.began,
            "evicted": self.evicted,
        }
        evidence = Evidence(self.history.exchanges(), self._lines(), redis, [mail.raw.decode() for mail in cast.smtp.mails()],
                            cast.outside.books())
        evidence.write(self.folder)
        self.findings += check(evidence)

    def figures(self):
        """What was answered, by kind of request: 202x512 is 512 times 202, no answer is -."""
        answers = Counter((exchange.kind, exchange.status or "-") for exchange in self.history.exchanges())
        return "; ".join(f"{kind} " + " ".join(f"{status}x{count}" for (of, status), count in sorted(answers.items(), key=str)
                                              if of == kind) for kind in ("place", "cancel", "look", "again", "stock"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, help="of the first round; the next ones count on (drawn when not given)")
    parser.add_argument("--seconds", type=float, default=10, help="of load and faults in a round")
    parser.add_argument("--faults", type=lambda text: text.split(","), help=f"only these kinds: {', '.join(KINDS)}")
    parser.add_argument("--count", type=int, help="faults in a round (drawn when not given)")
    parser.add_argument("--keep", action="store_true", help="keep the evidence of good rounds too")
    return parser.parse_args()


def main():
    options = arguments()
    assert BINARY.is_file(), f"no engine at {BINARY}: build it, or set ENGINE_BINARY"
    unknown = set(options.faults or ()) - KINDS.keys()
    assert not unknown, f"no such faults: {', '.join(unknown)}; there are {', '.join(KINDS)}"
    first = options.seed if options.seed is not None else random.SystemRandom().randrange(1, 1_000_000)
    shutil.rmtree(BUILD / "broker", ignore_errors=True)
    # A broker that was killed is let back in when the session of its former self has run out.
    broker = Broker(BUILD / "broker", BUILD / "broker.log", broker_session_timeout_ms=2000, broker_heartbeat_interval_ms=300)
    bad = []
    try:
        for seed in range(first, first + options.rounds):
            began = time.monotonic()
            one = Round(seed, broker, options)
            exits = one.play()
            say(f"  {one.figures()}")
            say(f"  ended: {exits}; {time.monotonic() - began:.0f} s")
            for finding in one.findings[:20]:
                say(f"  FOUND  {finding}")
            if one.findings:
                say(f"  {len(one.findings)} findings; evidence in {one.folder}; again: ./run kill --rounds 1 --seed {seed}")
                bad.append(seed)
            elif not options.keep:
                shutil.rmtree(one.folder)
    finally:
        broker.process.stop()
    say(f"kill: {options.rounds} rounds from seed {first}, " + (f"findings in seeds {bad}" if bad else "no findings"))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
