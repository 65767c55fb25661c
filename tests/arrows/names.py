#!/usr/bin/env python3
"""Holds comments and the glossary to the tree: what they point at must be there.

In comments of .h and .cc: a path (engine/tape/tape.h, or its end), a qualified name (Record::requests), and a name in
backticks. In READMEs: every path in backticks. In engine/README.md, the glossary: every name in backticks as well. A name is
there if it stands in code, outside of comments, as a whole word. `names.py [ROOT]` prints every dead one as file:line and
exits 1 when there is one.
"""

import pathlib
import re
import sys

FOLDERS = ["engine", "handlers", "edge", "bench", "tests"]
GLOSSARY = "engine/README.md"

# Other people's.
ELSEWHERE = {"sysexits.h"}

PATH = re.compile(r"(?<![\w./-])[a-z_]+(?:/[a-z_]+)*\.(?:h|cc|py)\b(?!\()")
QUALIFIED = re.compile(r"\b[A-Za-z_]\w*(?:::~?[A-Za-z_]\w*)+")
QUOTED = re.compile(r"`([A-Za-z_]\w*(?:(?:::|\.)[A-Za-z_]\w*)*)(?:\(\))?`")
WORD = re.compile(r"[A-Za-z_]\w*")
README_PATH = re.compile(r"`(?:\./)?((?:engine|handlers|edge|bench|tests|docker)/[\w./-]*\w)/?[` ]")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def comment_of(line):
    """Where the comment of this line begins; its length where there is none."""
    masked = STRING.sub(lambda text: "_" * len(text[0]), line)
    at = masked.find("//")
    return len(line) if at < 0 else at


class Tree:
    """What there is to point at."""

    def __init__(self, root):
        self.root = root
        self.paths = set()  # every path, and every end of one that begins behind a slash
        self.words = set()  # of code, and of strings in it
        self.sources = {}
        for folder in FOLDERS:
            for file in sorted((root / folder).rglob("*")):
                if not file.is_file() or file.suffix not in (".h", ".cc", ".py"):
                    continue
                path = file.relative_to(root).as_posix()
                parts = path.split("/")
                self.paths.update("/".join(parts[i:]) for i in range(len(parts)))
                lines = file.read_text(encoding="utf-8").splitlines()
                if file.suffix != ".py":
                    self.sources[path] = lines
                for line in lines:
                    self.words.update(WORD.findall(line if file.suffix == ".py" else line[: comment_of(line)]))

    def has_name(self, name):
        return all(word in self.words for word in WORD.findall(name))


def dead_in_comment(text, tree):
    for path in PATH.findall(text):
        if path not in tree.paths | ELSEWHERE:
            yield path
    names = [name for name in QUALIFIED.findall(text) if not name.startswith("std::")] + QUOTED.findall(text)
    yield from (name for name in names if not tree.has_name(name))


def dead_in_readme(text, tree, is_glossary):
    """A path may be a folder, or a target's or a script's without its suffix."""
    for path in README_PATH.findall(text):
        if not any(tree.root.glob(path)) and not any(tree.root.glob(path + ".*")):
            yield path
    if is_glossary:
        yield from (name for name in QUOTED.findall(text) if not tree.has_name(name))


def check(root):
    root = pathlib.Path(root)
    tree = Tree(root)
    dead = []
    for path, lines in tree.sources.items():
        for number, line in enumerate(lines, 1):
            for name in dead_in_comment(line[comment_of(line) :], tree):
                dead.append(f"{path}:{number}: {name} is nowhere in the tree")
    if not (root / GLOSSARY).is_file():
        dead.append(f"{GLOSSARY}:1: is missing")
    for readme in [root / "README.md"] + [file for folder in FOLDERS for file in sorted((root / folder).rglob("README.md"))]:
        path = readme.relative_to(root).as_posix()
        for number, line in enumerate(readme.read_text(encoding="utf-8").splitlines(), 1):
            for name in dead_in_readme(line, tree, path == GLOSSARY):
                dead.append(f"{path}:{number}: {name} is nowhere in the tree")
    return dead


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    dead = check(root)
    print("\n".join(dead) or "names: all there")
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
