"""Waiting without fixed sleeps: poll a condition until it holds or a deadline passes."""

import itertools
import random
import socket
import time

POLL = 0.02


def until(condition, seconds, what):
    """Returns the first truthy result of `condition()`; fails, saying `what`, when `seconds` have passed without one."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s (last seen: {result!r})")
        time.sleep(POLL)


# Linux gives a client a port above these, so none takes one of ours before a server listens on it, which a broker does only
# seconds later. Each process begins somewhere else and goes on from there, so that two at once do not meet.
_PORTS = range(16000, 32000)
_candidates = itertools.cycle(_PORTS)
next(itertools.islice(_candidates, random.randrange(len(_PORTS)), None))


def free_port():
    for port in _candidates:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def reserved_port():
    """A socket that keeps its port from being given to others until it is closed; who sets SO_REUSEADDR may listen there."""
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    return keeper


def accepts(port, host="127.0.0.1"):
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
