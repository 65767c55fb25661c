// Who has the last word on each setting: gathers what the file, the environment and the flags say, key by
// key.
//
// Thread: main, at start. Pure: takes texts, gives nodes and problems; unknown keys are found here.
// Invariants: after gathering, every setting of the table has a value.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/config/load.h"
#include "edge/config/node.h"
#include "edge/config/settings.h"

namespace edge {

// What one layer says about one setting. A table setting may have several of these, one upon the other.
struct Word {
  Node node;
  std::string origin;  // "default", the file's name, a variable, "--set"
  bool adds = false;   // to the words before, rather than in their place
};

// Where a value came from.
struct Source {
  std::string origin;
  Place at;
};

class Layers {
 public:
  explicit Layers(std::vector<Problem>& problems) : problems_(problems) {}

  void add_defaults(bool dev);
  // False when it could not be made out at all.
  bool add_file(const std::string& name, std::string_view text);
  void add_environment(const Environment& environment);
  void add_set(std::string_view assignment);

  // The words on `setting` in the order they are to be read; the last wins.
  const std::vector<Word>& words(const Setting& setting) const;
  // Whether somebody has: the file, the environment or a flag.
  bool written(const Setting& setting) const;
  // Who has the last word on it, or on what is called `below` in its table.
  Source source(const Setting& setting, std::string_view below) const;
  // Where the file has the section that a setting is missing from.
  std::optional<Source> section_of(const Setting& setting) const;

 private:
  void add_table(const std::string& file, const Node& table, const std::string& prefix);
  void add_text(const Setting& setting, std::string_view text, const std::string& origin);
  void put(const Setting& setting, Word word);

  std::vector<Problem>& problems_;
  std::map<std::string, std::vector<Word>, std::less<>> words_;
  std::map<std::string, Source, std::less<>> sections_;  // of the file
};

// "prod.toml:3:14", or the origin alone when it has no lines.
std::string locate(const std::string& origin, Place at);

}  // namespace edge
