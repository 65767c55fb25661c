// The effective settings: defaults, then the file, then ENGINE_… variables, then `--set`, each over the one
// before; and every problem of all of them in one go.
//
//   table of settings ── defaults ─┐
//   file ─────── toml ─────────────┤
//   ENGINE_SECTION_KEY ────────────┼─▶ per key the last word, with its origin ─▶ read ─▶ check ─▶ Config
//   --set section.key=value ───────┘                                              │
//                                                    what the boxes say of theirs ─┘
//
// Thread: main, at start. Reads the file and what secrets refer to; nothing else, apart from what the boxes
// do.
// Invariants: a Config is to be used only when `problems` is empty.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "edge/config/check.h"
#include "edge/config/config.h"
#include "edge/config/read.h"

namespace edge {

struct Sources {
  std::string file;               // empty: none
  bool dev = false;               // Kafka, Redis and mail are embedded where nothing else is said
  std::vector<std::string> sets;  // "section.key=value"
  Environment environment;
  // What the boxes say of their own settings, which nothing here knows; may be empty.
  std::function<std::vector<Finding>(const Config&)> ask_boxes = {};
};

struct Problem {
  Place at;           // in the file; line 0 when it came from elsewhere
  std::string where;  // "prod.toml:3:14", "ENGINE_HTTP_LISTEN", "--set", "prod.toml"
  std::string key;
  std::string what;  // "what is wrong; what to do"
};
std::string render(const Problem& problem);  // where: key: what

struct Loaded {
  Config config;
  std::vector<Problem> problems;               // the file's in its order, then the others
  std::map<std::string, std::string> origins;  // of every key: "default", "prod.toml:3:14", "--set", …
};

Loaded load(const Sources& sources);

// All variables of this process.
Environment process_environment();

// Every setting as TOML, its origin and meaning behind it. Secrets show what they refer to, never their
// value, and what would do nothing is a comment; so what is printed loads again as what it was printed from.
std::string print_config(const Loaded& loaded);

}  // namespace edge
