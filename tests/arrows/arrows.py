#!/usr/bin/env python3
"""Holds the source to the arrows: who may include whom, which library lives where, how long a file gets.

    edge  ->  handlers  ->  engine        never back; the neighbours in edge/ never know each other

The boxes, whom each may include and which libraries it has stand in CMakeLists.txt, box(); the tables below add what is no
box. `arrows.py [ROOT]` prints every breach as file:line and exits 1 when there is one.
"""

import pathlib
import re
import sys

LINES_MAX = 300

EVERYTHING = ["*"]

# What is no box: a folder (or file) -> what it may include besides itself.
OTHERS = {
    "engine": [],  # time, limits, ensure: what every box may know
    "engine/ports.h": ["engine", "engine/saga", "engine/tape"],
    "engine/start_ports.h": ["engine", "engine/saga", "engine/tape", "engine/ports.h"],
    "edge/main.cc": EVERYTHING,
    "bench": ["engine", "engine/runtime"],
    "bench/floor": EVERYTHING,
    "bench/micro": EVERYTHING,
    "bench/participants": ["bench", "engine", "edge/participants"],
    "tests": EVERYTHING,
}

# A library's headers -> its name in box(), and who may see them without being a box.
LIBRARIES = {
    "concurrentqueue.h": ("concurrentqueue", []),
    "llhttp.h": ("llhttp", ["bench/floor"]),
    "simdjson.h": ("simdjson", ["bench/floor"]),
    "openssl/": ("crypto", []),
    "idn2.h": ("idn2", []),
    "librdkafka/": ("rdkafka", ["bench"]),
    "hiredis/": ("hiredis", ["bench/floor"]),
    "curl/": ("curl", ["bench"]),
    "toml++/": ("tomlplusplus", []),
    "CLI/": ("cli11", ["bench"]),
    "spdlog/": ("spdlog", []),
    "fmt/": ("fmt", ["edge", "bench", "tests"]),
    "catch2/": ("catch2", ["tests"]),
    "benchmark/": ("benchmark", ["bench"]),
}

BOX = re.compile(r"^box\((\w+)\s+(\S+?)(?:\s+([^)]*))?\)", re.MULTILINE)


class Boxes:
    """What CMakeLists.txt says: whom a place may include, and where a library is at home."""

    def __init__(self, root):
        cmake = root / "CMakeLists.txt"
        found = BOX.findall(cmake.read_text(encoding="utf-8")) if cmake.is_file() else []
        paths = {name: path for name, path, _ in found}
        self.may_include = dict(OTHERS)
        self.homes = {}
        for _, path, rest in found:
            uses, libraries, words = [], [], None
            for word in rest.split():
                if word in ("USES", "LIBS", "PRIVATE_LIBS"):
                    words = uses if word == "USES" else libraries
                elif word == "GENERATED":
                    words = []  # no places: files that the build makes
                else:
                    words.append(word)
            ports = ["engine/ports.h", "engine/start_ports.h"] if "tape" in uses else []
            self.may_include[path] = ["engine"] + ports + [paths[name] for name in uses]
            for library in libraries:
                self.homes.setdefault(library.removeprefix("dep::"), []).append(path)

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


def breaches_of_include(path, box, quote, target, root, boxes):
    if quote == '"':
        if not (root / target).is_file():
            return f'"{target}" is no file of ours; write the path from the top folder, or <> for a library'
        other = belongs(target, boxes.may_include)
        allowed = boxes.may_include[box]
        if other != box and other not in allowed and allowed != EVERYTHING:
            return f"{box} may not include {other} ({target})"
        return None
    library = next((name for name in LIBRARIES if target.startswith(name)), None)
    if library:
        name, others = LIBRARIES[library]
        homes = boxes.homes.get(name, []) + others
        # A box's own tests may hold the library against it.
        own_tests = [home.replace("edge/", "tests/unit/").replace("engine/", "tests/unit/") for home in homes]
        at_home = any(path.startswith(home + end) for home in homes + own_tests for end in ("/", "."))
        return None if at_home else f"<{target}> belongs to {', '.join(homes)} only"
    if ("." in target or "/" in target) and not SYSTEM.match(target):
        return f"<{target}> is a library that the table LIBRARIES does not know; give it its one box"
    return None


def breaches_of_file(path, root, boxes):
    text = (root / path).read_text(encoding="utf-8")
    lines = text.splitlines()
    if len(lines) > LINES_MAX:
        yield f"{path}:{LINES_MAX + 1}: {len(lines)} lines; more than {LINES_MAX} means a second idea moved in"
    if pathlib.PurePath(path).suffix in SCRIPTS:
        return
    box = belongs(path, boxes.may_include)
    if box is None:
        yield f"{path}:1: lies in no box; make it a box() in CMakeLists.txt"
        return
    if path.endswith(".h"):
        if not text.startswith("//"):
            yield f"{path}:1: a header opens with what it is and why"
        code = [line for line in lines if line.strip() and not line.startswith("//")]
        if not code or code[0].strip() != "#pragma once":
            yield f"{path}:1: a header's first line of code is #pragma once"
    own = path.removesuffix(".cc") + ".h"
    if path.endswith(".cc") and (root / own).is_file():
        # So that compiling the source shows that the header stands alone.
        first = next((include for include in map(INCLUDE.match, lines) if include), None)
        if first is None or first[2] != own:
            yield f"{path}:1: a source includes its own header first"
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if include:
            breach = breaches_of_include(path, box, include[1], include[2], root, boxes)
            if breach:
                yield f"{path}:{number}: {breach}"


def check(root):
    root = pathlib.Path(root)
    boxes = Boxes(root)
    breaches = []
    count = 0
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and file.suffix in SCRIPTS | {".h", ".cc"}:
                count += 1
                breaches += breaches_of_file(file.relative_to(root).as_posix(), root, boxes)
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
