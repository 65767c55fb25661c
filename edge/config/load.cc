#include "edge/config/load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "edge/config/file.h"
#include "edge/config/idle.h"
#include "edge/config/layers.h"

namespace edge {
namespace {

// Reads the last words into the fields; gives back the keys that could not be read.
std::set<std::string_view> read_all(const Layers& layers, const Environment& environment, Loaded& loaded) {
  std::set<std::string_view> failed;
  for (const Setting& setting : all_settings()) {
    for (const Word& word : layers.words(setting)) {
      std::vector<Complaint> complaints;
      ValueReader(environment, complaints).read(word.node, setting.rule, setting.slot(loaded.config));
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

// Adds what was found, each where its setting stands, unless that one or the one beside it could not be read.
void add_findings(const Sources& sources, std::vector<Finding> findings, std::set<std::string_view>& failed,
                  Loaded& loaded, const Layers& layers) {
  for (Finding& finding : findings) {
    if (finding.below.empty() && failed.contains(finding.key)) continue;
    if (failed.contains(finding.beside) || failed.contains(finding.beside_too)) continue;
    const Setting& setting = *find_setting(finding.key);
    Source source = layers.source(setting, finding.below);
    const bool inherited = !setting.inherits.empty() && layers.written(*find_setting(setting.inherits));
    if (!layers.written(setting) && !inherited) {
      const auto section = layers.section_of(setting);
      if (!finding.because.empty()) {
        source = layers.source(*find_setting(finding.because), {});
      } else if (section) {
        source = *section;
      } else if (!sources.file.empty()) {
        source = {sources.file, {}};
      }
    }
    std::string where = locate(source.origin, source.at);
    std::string key = std::string(finding.key) + (finding.below.empty() ? "" : "." + finding.below);
    loaded.problems.push_back({source.at, std::move(where), std::move(key), std::move(finding.what)});
  }
  for (const Finding& finding : findings) failed.insert(finding.key);  // one complaint a setting is enough
}

// What somebody wrote that acts nowhere, and what nobody has chosen who must.
std::vector<Finding> check_written(const Config& config, const Layers& layers, bool dev) {
  std::vector<Finding> findings;
  for (const Setting& setting : all_settings()) {
    if (layers.written(setting)) {
      IdleReason why = why_idle(setting.key, config);
      if (!why.empty()) findings.push_back({setting.key, std::move(why.text), why.because});
    } else if (setting.chosen && !dev) {
      findings.push_back({setting.key, must_be_chosen(setting)});
    }
  }
  return findings;
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
  auto failed = read_all(layers, sources.environment, loaded);
  if (loaded.config.kafka.requests.empty())
    loaded.config.kafka.requests = loaded.config.kafka.topic + ".requests";
  // Without the file's words every finding would be noise.
  if (readable) {
    add_findings(sources, check_written(loaded.config, layers, sources.dev), failed, loaded, layers);
    add_findings(sources, cross_check(loaded.config, sources.dev), failed, loaded, layers);
    if (sources.ask_boxes) add_findings(sources, sources.ask_boxes(loaded.config), failed, loaded, layers);
  }
  std::stable_sort(loaded.problems.begin(), loaded.problems.end(), [](const Problem& a, const Problem& b) {
    const auto rank = [](const Problem& p) { return std::tuple(p.at.line == 0, p.at.line, p.at.column); };
    return rank(a) < rank(b);
  });
  return loaded;
}

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
