// A configuration file for one test, and what loading it comes to.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "edge/config/load.h"

inline const edge::Environment chosen{{"ENGINE_PAYMENT_PROVIDER", "simulated"},
                                      {"ENGINE_SHIPPING_PROVIDER", "simulated"}};

class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text)
      : speaks_of_providers_(text.find("provider") != std::string::npos) {
    std::string path = (std::filesystem::temp_directory_path() / "engine-config-XXXXXX").string();
    const int file = ::mkstemp(path.data());
    if (file >= 0) ::close(file);
    path_ = path;
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;

  const std::string& path() const { return path_; }

  // What must be chosen is said from outside, so that a test's file need not, unless it speaks of providers.
  edge::Loaded load(edge::Environment environment = {}, std::vector<std::string> sets = {}) const {
    if (!speaks_of_providers_) environment.insert(chosen.begin(), chosen.end());
    return edge::load(
        {.file = path_, .dev = false, .sets = std::move(sets), .environment = std::move(environment)});
  }
  // The problems as printed, with the file called `prod.toml`.
  std::vector<std::string> problems(edge::Environment environment = {},
                                    std::vector<std::string> sets = {}) const {
    std::vector<std::string> lines;
    for (const auto& problem : load(std::move(environment), std::move(sets)).problems) {
      std::string line = edge::render(problem);
      if (const auto at = line.find(path_); at != std::string::npos)
        line.replace(at, path_.size(), "prod.toml");
      lines.push_back(line);
    }
    return lines;
  }

 private:
  std::string path_;
  bool speaks_of_providers_;
};

// The least that --config asks for.
inline const std::string least = R"([kafka]
brokers = "kafka:9092"
[redis]
url = "redis://redis:6379/0"
[mail]
url = "discard:"
from = "orders@example.com"
)";
