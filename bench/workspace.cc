#include "bench/workspace.h"

#include <cstdlib>
#include <filesystem>

namespace bench {

Workspace::Workspace() {
  std::string pattern = (std::filesystem::temp_directory_path() / "throughput.XXXXXX").string();
  if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
}

Workspace::~Workspace() {
  std::error_code ignored;
  if (!is_kept_) std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> engine_arguments(const std::string& config, const std::vector<std::string>& settings,
                                          const std::string& listen, const std::string& data) {
  std::vector<std::string> arguments{"--config", config};
  if (config.empty()) arguments = {"--dev", "--data", data, "--set", "mail.url=discard:"};
  arguments.insert(arguments.end(), {"--set", "http.listen=" + listen});
  for (const std::string& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
  return arguments;
}

}  // namespace bench
