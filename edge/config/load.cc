#include "edge/config/load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "edge/config/check.h"
#include "edge/config/file.h"
#include "edge/config/layers.h"

namespace edge {
namespace {

// Reads the last words into the fields; gives back the keys that could not be read.
std::set<std::string_view> read_all(const Layers& layers, const Environment& environment, Loaded& loaded) {
  std::set<std::string_view> failed;
  for (const Setting& setting : all_settings()) {
    for (const Word& word : layers.words(setting)) {
      std::vector<Complaint> complaints;
      Reader(environment, complaints).read(word.node, setting.rule, setting.slot(loaded.config));
      loaded.origins[std::string(setting.key)] = locate(word.origin, word.node.at);
      // What is inherited is complained of where it stands, once.
      const bool own = setting.inherits.empty() ||
                       &layers.words(setting) != &layers.words(*find_setting(setting.inherits));
      if (!complaints.empty()) failed.insert(setting.key);
      for (Complaint& complaint : complaints) {
        if (!own) break;
        const Place at = complaint.at.line == 0 ? word.node.at : complaint.at;
        loaded.problems.push_back({at, locate(word.origin, at), std::string(setting.key) + complaint.below,
                                   std::move(complaint.what)});
      }
    }
  }
  return failed;
}

void check_all(const Sources& sources, const std::set<std::string_view>& failed, Loaded& loaded,
               const Layers& layers) {
  for (Finding& finding : cross_check(loaded.config, sources.dev)) {
    if (failed.contains(finding.key) || failed.contains(finding.beside)) continue;
    const Word& word = layers.words(*find_setting(finding.key)).back();
    std::string where = locate(word.origin, word.node.at);
    if (word.origin == "default" && !sources.file.empty()) where = sources.file;
    loaded.problems.push_back(
        {word.node.at, std::move(where), std::string(finding.key), std::move(finding.what)});
  }
}

}  // namespace

std::string render(const Problem& problem) {
  return fmt::format("{}: {}: {}", problem.where, problem.key, problem.what);
}

Loaded load(const Sources& sources) {
  Loaded loaded;
  Layers layers(loaded.problems);
  layers.add_defaults(sources.dev);
  bool readable = true;
  if (!sources.file.empty()) {
    const auto text = read_file(sources.file);
    readable = text && layers.add_file(sources.file, *text);
    if (!text)
      loaded.problems.push_back({{}, sources.file, "file", "cannot be read; check the path and its rights"});
  }
  layers.add_environment(sources.environment);
  for (const std::string& assignment : sources.sets) layers.add_set(assignment);
  const auto failed = read_all(layers, sources.environment, loaded);
  // Without the file's words every finding would be noise.
  if (readable) check_all(sources, failed, loaded, layers);
  std::stable_sort(loaded.problems.begin(), loaded.problems.end(), [](const Problem& a, const Problem& b) {
    const auto rank = [](const Problem& p) { return std::tuple(p.at.line == 0, p.at.line, p.at.column); };
    return rank(a) < rank(b);
  });
  return loaded;
}

Config default_config() { return load({.file = {}, .dev = true, .sets = {}, .environment = {}}).config; }

Environment process_environment() {
  Environment environment;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos)
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

}  // namespace edge
