#!/usr/bin/env python3
"""A dead name is noticed: each kind of pointer that names.py follows leads nowhere once, in a small tree."""

import pathlib
import tempfile
import unittest

import names


class Names(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("README.md", "| `tests/sim` | `build/release/sim` | `tests/bench/run` |\n")
        self.write("engine/README.md", "| room | free slots | `tape::Room`, `engine/tape/room.h` |\n")
        self.write("engine/tape/room.h", "class Room {\n  int free;  // as `free` says, tape/room.h, Room::free()\n};\nnamespace tape {}\n")
        self.write("tests/sim/seed.cc", "")
        self.write("tests/bench/run.py", "")

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def expect(self, *dead):
        self.assertEqual(names.check(self.root), [f"{one} is nowhere in the tree" for one in dead])

    def test_a_good_tree_has_none(self):
        self.expect()

    def test_in_comments(self):
        self.write("engine/tape/tape.cc", 'int used;  // engine/tape/ring.h\n// Room::taken and `gone()`, but not "`used`"\n')
        self.expect("engine/tape/tape.cc:1: engine/tape/ring.h", "engine/tape/tape.cc:2: Room::taken", "engine/tape/tape.cc:2: gone")

    def test_a_name_that_only_a_comment_has(self):
        self.write("engine/tape/tape.cc", "// ring, as `ring` says\n")
        self.expect("engine/tape/tape.cc:1: ring")

    def test_what_a_string_says_is_no_comment(self):
        self.write("engine/tape/tape.cc", 'auto url = "http://ring.h";\n')
        self.expect()

    def test_in_readmes(self):
        self.write("README.md", "`tests/load`\n`engine/tape/ring.h --fast`\n")
        self.expect("README.md:1: tests/load", "README.md:2: engine/tape/ring.h")

    def test_in_the_glossary(self):
        self.write("engine/README.md", "| room | free slots | `tape::Space`, `engine/tape/room.h` |\n")
        self.expect("engine/README.md:1: tape::Space")

    def test_a_glossary_there_must_be(self):
        (self.root / "engine/README.md").unlink()
        self.assertEqual(names.check(self.root), ["engine/README.md:1: is missing"])


if __name__ == "__main__":
    unittest.main()
