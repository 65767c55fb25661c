#!/usr/bin/env python3
"""seed.py puts a bug where its file says, and refuses one whose place is not there, or not the only one."""

import unittest

import seed

BUG = "Never ends.\n--- engine/a.cc\n  if (late) stop();\n+++\n  if (late && !SEEDED_BUG) stop();\n"


class Seed(unittest.TestCase):
    def seed(self, source, **bugs):
        texts = {"engine/a.cc": source, seed.HEADER: seed.NO_BUGS}
        seed.seed(texts, bugs)
        return texts

    def refuse(self, source, bug, *parts):
        with self.assertRaises(SystemExit) as refused:
            self.seed(source, endless=bug)
        for part in ("endless.bug", *parts):
            self.assertIn(part, str(refused.exception))

    def test_a_bug_is_there_when_chosen(self):
        texts = self.seed("begin();\n  if (late) stop();\nend();\n", endless=BUG)
        self.assertEqual(
            texts["engine/a.cc"],
            '#include "tests/sim/bugs.h"\nbegin();\n'
            "  if (late && !::sim::chosen(::sim::Bug::endless)) stop();\nend();\n",
        )
        self.assertEqual(texts[seed.HEADER], "#define SEEDED_BUGS(X) X(endless)\n")

    def test_two_bugs_in_neighbouring_lines(self):
        other = "Begins late.\n--- engine/a.cc\nbegin();\n+++\nif (!SEEDED_BUG) begin();\n"
        texts = self.seed("begin();\n  if (late) stop();\n", endless=BUG, unbegun=other)
        self.assertEqual(texts["engine/a.cc"].count("::sim::Bug::"), 2)
        self.assertEqual(texts["engine/a.cc"].count("#include"), 1)
        self.assertEqual(texts[seed.HEADER], "#define SEEDED_BUGS(X) X(endless) X(unbegun)\n")

    def test_an_old_text_that_is_not_there(self):
        self.refuse("  if (later) stop();\n", BUG, "0 times in engine/a.cc")
        self.refuse("x   if (late) stop();\n", BUG, "0 times in engine/a.cc")

    def test_a_file_that_is_not_there(self):
        self.refuse("", BUG.replace("a.cc", "b.cc"), "0 times in engine/b.cc")

    def test_an_old_text_that_is_there_twice(self):
        self.refuse("  if (late) stop();\n  if (late) stop();\n", BUG, "2 times in engine/a.cc")

    def test_a_bug_that_is_always_there(self):
        self.refuse("  if (late) stop();\n", BUG.replace("!SEEDED_BUG", "false"), "SEEDED_BUG")

    def test_a_bug_without_a_sentence_or_a_place(self):
        self.refuse("", BUG.replace("Never ends.", ""), "a sentence")
        self.refuse("", "Never ends.\n", "at least one replacement")


if __name__ == "__main__":
    unittest.main()
