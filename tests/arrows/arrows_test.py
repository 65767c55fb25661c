#!/usr/bin/env python3
"""The arrows can break: each rule of arrows.py is broken once in a small tree, and must be noticed."""

import pathlib
import tempfile
import unittest

import arrows

HEADER = "// What it is.\n#pragma once\n"


class Arrows(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("CMakeLists.txt", (pathlib.Path(__file__).resolve().parents[2] / "CMakeLists.txt").read_text(encoding="utf-8"))
        self.write("engine/time.h", HEADER)
        self.write("engine/saga/id.h", HEADER + '#include "engine/time.h"\n')
        self.write("engine/runtime/inbox.h", HEADER + "#include <concurrentqueue.h>\n#include <atomic>\n")
        self.write("handlers/order.h", HEADER + '#include "engine/saga/id.h"\n')
        self.write("edge/http/api/server.h", HEADER + '#include "engine/saga/id.h"\n#include <sys/epoll.h>\n')
        self.write("edge/http/wire/parse.h", HEADER)
        self.write("edge/http/wire/parse.cc", '#include "edge/http/wire/parse.h"\n#include <llhttp.h>\n')
        self.write("edge/kafka/client.h", HEADER)
        self.write("edge/app.cc", '#include "edge/http/api/server.h"\n#include "edge/kafka/client.h"\n')
        self.write("edge/app_start.cc", '#include "edge/http/api/server.h"\n')

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def expect(self, *parts):
        breaches = arrows.check(self.root)
        self.assertEqual(len(breaches), 1, breaches)
        for part in parts:
            self.assertIn(part, breaches[0])

    def test_a_good_tree_has_no_breach(self):
        self.assertEqual(arrows.check(self.root), [])

    def test_an_empty_tree_is_not_good(self):
        self.assertEqual(len(arrows.check(self.root / "nowhere")), 1)

    def test_engine_does_not_look_up_to_handlers(self):
        self.write("engine/saga/bad.cc", '\n#include "handlers/order.h"\n')
        self.expect("engine/saga/bad.cc:2:", "may not include handlers")

    def test_handlers_do_not_look_up_to_edge(self):
        self.write("handlers/bad.cc", '#include "edge/http/api/server.h"\n')
        self.expect("handlers may not include edge/http/api")

    def test_neighbours_do_not_know_each_other(self):
        self.write("edge/kafka/bad.cc", '#  include "edge/http/api/server.h"\n')
        self.expect("edge/kafka may not include edge/http/api")

    def test_the_api_knows_the_wire_and_not_the_other_way_round(self):
        self.write("edge/http/api/good.cc", '#include "edge/http/wire/parse.h"\n')
        self.assertEqual(arrows.check(self.root), [])
        self.write("edge/http/wire/bad.cc", '#include "edge/http/api/server.h"\n')
        self.expect("edge/http/wire may not include edge/http/api")

    def test_saga_and_runtime_do_not_know_each_other(self):
        self.write("engine/saga/bad.cc", '#include "engine/runtime/inbox.h"\n')
        self.expect("engine/saga may not include engine/runtime")
        self.write("engine/saga/bad.cc", "")
        self.write("engine/runtime/bad.cc", '#include "engine/saga/id.h"\n')
        self.expect("engine/runtime may not include engine/saga")

    def test_nobody_includes_the_composition(self):
        self.write("edge/app/process.h", HEADER)
        self.write("edge/http/api/bad.cc", '#include "edge/app/process.h"\n')
        self.expect("edge/http/api may not include edge/app")

    def test_a_library_stays_in_its_box(self):
        self.write("edge/http/api/bad.cc", "#include <librdkafka/rdkafka.h>\n")
        self.expect("edge/http/api/bad.cc:1:", "belongs to edge/kafka")

    def test_a_box_may_be_tested_with_its_library_and_with_no_other(self):
        self.write("tests/unit/kafka/client_test.cc", "#include <librdkafka/rdkafka.h>\n")
        self.assertEqual(arrows.check(self.root), [])
        self.write("tests/unit/kafka/client_test.cc", "#include <hiredis/hiredis.h>\n")
        self.expect("belongs to edge/redis")

    def test_an_unknown_library_needs_a_box(self):
        self.write("edge/http/api/bad.cc", "#include <boost/asio.hpp>\n")
        self.expect("LIBRARIES does not know")

    def test_an_include_is_written_from_the_top(self):
        self.write("edge/http/api/bad.cc", '#include "server.h"\n')
        self.expect("no file of ours")

    def test_a_header_has_its_pragma_and_its_opening(self):
        self.write("edge/http/api/bad.h", "// What it is.\nint x;\n")
        self.expect("#pragma once")
        self.write("edge/http/api/bad.h", "#pragma once\nint x;\n")
        self.expect("opens with what it is")

    def test_a_source_includes_its_own_header_first(self):
        self.write("edge/kafka/client.cc", '#include <string>\n#include "edge/kafka/client.h"\n')
        self.expect("edge/kafka/client.cc:1:", "its own header first")
        self.write("edge/kafka/client.cc", "int x;\n")
        self.expect("its own header first")

    def test_a_file_does_not_grow_past_its_idea(self):
        self.write("edge/http/api/bad.cc", "\n" * arrows.LINES_MAX)
        self.assertEqual(arrows.check(self.root), [])
        self.write("edge/http/api/bad.cc", "\n" * (arrows.LINES_MAX + 1))
        self.expect("edge/http/api/bad.cc:301:", "second idea")

    def test_a_new_folder_needs_a_box(self):
        self.write("edge/ftp/bad.h", HEADER)
        self.expect("lies in no box")


if __name__ == "__main__":
    unittest.main()
