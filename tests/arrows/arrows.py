#!/usr/bin/env python3
"""Holds the source to the arrows: who may include whom, which library lives where, how long a file gets.

    edge  ->  handlers  ->  engine        never back; the neighbours in edge/ never know each other

The tables below are the one place where that is written down for the machine. `arrows.py [ROOT]` prints every
breach as file:line and exits 1 when there is one.
"""

import pathlib
import re
import sys

LINES_MAX = 300

BASE = ["engine", "engine/ports.h", "engine/saga", "engine/runtime", "engine/tape", "engine/codec"]
CORE = BASE + ["engine/orders"]
EVERYTHING = ["*"]

# A folder (or file) -> what it may include besides itself. A path belongs to the longest entry it starts with.
MAY_INCLUDE = {
    "engine": [],  # time, limits, ensure: what every box may know
    "engine/ports.h": ["engine", "engine/saga", "engine/tape"],
    "engine/saga": ["engine"],
    "engine/runtime": ["engine"],  # and so saga and runtime do not know each other
    "engine/tape": ["engine", "engine/ports.h", "engine/saga", "engine/runtime"],
    "engine/codec": ["engine", "engine/ports.h", "engine/saga", "engine/tape"],
    "engine/orders": BASE,
    "engine/journal": BASE,
    "engine/store": CORE,
    "engine/recovery": CORE,
    "handlers": CORE + ["engine/journal", "engine/store", "engine/recovery"],
    "edge/reactor": ["engine", "engine/runtime"],
    "edge/http": CORE + ["edge/reactor"],
    "edge/redis": BASE + ["edge/reactor"],
    "edge/kafka": BASE + ["engine/journal"],
    "edge/smtp": CORE,
    "edge/exit_code": [],
    "edge/verify": BASE + ["engine/recovery", "edge/kafka", "edge/redis", "edge/exit_code"],  # both neighbours, held together
    "edge/web": [],
    "edge/config": ["engine", "engine/saga"],
    "edge/command_line": [],
    "edge/log": [],
    "edge/app": EVERYTHING,  # the composition
    "edge/main.cc": EVERYTHING,
    "bench": ["engine", "engine/runtime"],
    "bench/micro": EVERYTHING,
    "tests": EVERYTHING,
}

# A library's headers -> the boxes that may see them.
LIBRARIES = {
    "concurrentqueue.h": ["engine/runtime"],
    "llhttp.h": ["edge/http"],
    "simdjson.h": ["engine/codec", "edge/http"],
    "openssl/": ["edge/http"],
    "librdkafka/": ["edge/kafka", "bench"],
    "hiredis/": ["edge/redis"],
    "curl/": ["edge/smtp"],
    "toml++/": ["edge/config"],
    "CLI/": ["edge/command_line", "bench"],
    "spdlog/": ["edge/log"],
    "fmt/": ["edge", "bench", "tests"],
    "catch2/": ["tests"],
    "benchmark/": ["bench"],
}

# The operating system's headers, which belong to nobody. The C++ library's have no dot and no slash.
SYSTEM = re.compile(
    r"^(sys|netinet|arpa|linux|net|asm)/|^(aio|dirent|dlfcn|errno|fcntl|grp|ifaddrs|immintrin|limits|malloc|netdb|"
    r"poll|pthread|pwd|sched|semaphore|signal|spawn|stdio|stdlib|string|strings|syslog|termios|time|unistd)\.h$"
)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
FOLDERS = ["engine", "handlers", "edge", "bench", "tests"]
SCRIPTS = {".py", ".js", ".mjs", ".css", ".sh"}


def belongs(path, table):
    """The longest entry of `table` that `path` lies in; "edge/app" also takes edge/app.cc and edge/app_x.cc."""
    fits = [box for box in table if path == box or re.match(re.escape(box) + r"[./_]", path)]
    return max(fits, key=len, default=None)


def breaches_of_include(path, box, quote, target, root):
    if quote == '"':
        if not (root / target).is_file():
            return f'"{target}" is no file of ours; write the path from the top folder, or <> for a library'
        other = belongs(target, MAY_INCLUDE)
        allowed = MAY_INCLUDE[box]
        if other != box and other not in allowed and allowed != EVERYTHING:
            return f"{box} may not include {other} ({target})"
        return None
    library = next((name for name in LIBRARIES if target.startswith(name)), None)
    if library:
        homes = LIBRARIES[library]
        # A box's own tests may hold the library against it.
        own_tests = [home.replace("edge/", "tests/unit/").replace("engine/", "tests/unit/") for home in homes]
        at_home = any(path.startswith(home + end) for home in homes + own_tests for end in ("/", "."))
        return None if at_home else f"<{target}> belongs to {', '.join(homes)} only"
    if ("." in target or "/" in target) and not SYSTEM.match(target):
        return f"<{target}> is a library that the table LIBRARIES does not know; give it its one box"
    return None


def breaches_of_file(path, root):
    text = (root / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    if len(lines) > LINES_MAX:
        yield f"{path}:{LINES_MAX + 1}: {len(lines)} lines; more than {LINES_MAX} means a second idea moved in"
    if pathlib.PurePath(path).suffix in SCRIPTS:
        return
    box = belongs(path, MAY_INCLUDE)
    if box is None:
        yield f"{path}:1: lies in no box; add its folder to MAY_INCLUDE"
        return
    if path.endswith(".h"):
        if not text.startswith("//"):
            yield f"{path}:1: a header opens with what it is and why"
        code = [line for line in lines if line.strip() and not line.startswith("//")]
        if not code or code[0].strip() != "#pragma once":
            yield f"{path}:1: a header's first line of code is #pragma once"
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if include:
            breach = breaches_of_include(path, box, include[1], include[2], root)
            if breach:
                yield f"{path}:{number}: {breach}"


def check(root):
    root = pathlib.Path(root)
    breaches = []
    count = 0
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and file.suffix in SCRIPTS | {".h", ".cc"}:
                count += 1
                breaches += breaches_of_file(file.relative_to(root).as_posix(), root)
    if count == 0:
        breaches.append(f"{root}: nothing to check")
    return breaches


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    breaches = check(root)
    print("\n".join(breaches) or "arrows: all kept")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
