"""Waiting without fixed sleeps: poll a condition until it holds or a deadline passes."""

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


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
