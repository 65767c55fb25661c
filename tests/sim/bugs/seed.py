#!/usr/bin/env python3
"""Puts the bugs of this folder into a copy of the core, so that the simulator can prove that it catches them.

    seed.py SOURCE TARGET     copies engine/, handlers/ and tests/sim/ of the checkout SOURCE to TARGET, all bugs put in

A bug is one file, NAME.bug: a sentence that says what is wrong, then one or more replacements:

    --- handlers/retry.cc
    whole lines as they stand there, exactly once
    +++
    the lines with the bug, in which SEEDED_BUG is true when this bug was chosen

All are in one build, put in by name; which one is at work is chosen when it runs (tests/sim/bugs.h). An old text that does
not occur exactly once is an error: whoever changes the code says again where the bug would come in. Old texts are looked
for in what the bugs before have left, so two bugs at one place replace different lines.
"""

import pathlib
import re
import sys

FOLDERS = ["engine", "handlers", "tests/sim"]
HEADER = "tests/sim/bugs.h"
NO_BUGS = "#define SEEDED_BUGS(X)\n"


def parse(name, text):
    """The replacements of a bug: file, old text, new text."""
    sentence, *blocks = re.split(r"^--- (?=\S+\n)", text, flags=re.MULTILINE)
    if not sentence.strip() or not blocks:
        raise SystemExit(f"{name}.bug: a bug is a sentence and at least one replacement")
    replacements = []
    for block in blocks:
        file, _, rest = block.partition("\n")
        old, mark, new = rest.partition("\n+++\n")
        if not mark or not re.search(r"\bSEEDED_BUG\b", new):
            raise SystemExit(f"{name}.bug: the text for {file} has no +++, or no SEEDED_BUG behind it")
        replacements.append((file, old + "\n", new))
    return replacements


def replace(texts, file, old, new, name):
    place = re.compile("^" + re.escape(old), re.MULTILINE)
    count = len(place.findall(texts.get(file, "")))
    if count != 1:
        raise SystemExit(f"{name}.bug: its old text occurs {count} times in {file}, not once:\n{old}")
    texts[file] = place.sub(lambda _: new, texts[file])


def seed(texts, bugs):
    """Puts `bugs`, the text of each file by its name, into `texts`, the text of each source file by its path."""
    for name, text in bugs.items():
        chosen = f"::sim::chosen(::sim::Bug::{name})"
        for file, old, new in parse(name, text):
            replace(texts, file, old, re.sub(r"\bSEEDED_BUG\b", chosen, new), name)
            include = f'#include "{HEADER}"\n'
            if not texts[file].startswith(include):
                texts[file] = include + texts[file]
    names = "".join(f" X({name})" for name in bugs)
    replace(texts, HEADER, NO_BUGS, f"#define SEEDED_BUGS(X){names}\n", "any")


def read_bugs(folder):
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.bug"))}


def main():
    source, target = map(pathlib.Path, sys.argv[1:])
    texts = {
        file.relative_to(source).as_posix(): file.read_text(encoding="utf-8")
        for folder in FOLDERS
        for file in (source / folder).rglob("*")
        if file.suffix in {".h", ".cc"}
    }
    seed(texts, read_bugs(source / "tests/sim/bugs"))
    for file, text in texts.items():
        copy = target / file
        if copy.is_file() and copy.read_text(encoding="utf-8") == text:
            continue  # what has not changed is not compiled again
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
