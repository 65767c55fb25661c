#include "bench/facts.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "bench/engine_process.h"

namespace bench {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// What follows the first line's `name`, without blanks, separators and quotes around it.
std::string value_after(const std::string& path, const std::string& name) {
  const std::string text = read_file(path);
  const std::size_t at = text.find(name);
  if (at == std::string::npos) return "unknown";
  const std::size_t begin = text.find_first_not_of(" \t:=\"", at + name.size());
  const std::size_t end = text.find_first_of("\"\n", begin);
  return begin == std::string::npos ? "unknown" : text.substr(begin, end - begin);
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// "0.5ms", "500us", "1s" as milliseconds.
std::optional<double> as_ms(const std::string& text) {
  char* unit = nullptr;
  const double number = std::strtod(text.c_str(), &unit);
  const std::string name{unit};
  if (unit == text.c_str()) return std::nullopt;
  if (name == "ns") return number / 1e6;
  if (name == "us") return number / 1e3;
  if (name == "ms") return number;
  if (name == "s") return number * 1e3;
  return std::nullopt;
}

}  // namespace

MachineFacts machine_facts() {
  utsname kernel{};
  ::uname(&kernel);
  double load_average = 0;
  ::getloadavg(&load_average, 1);
  constexpr long mib = 1024 * 1024;
  return {.cpu_model = value_after("/proc/cpuinfo", "model name"),
          .cpu_count = ::sysconf(_SC_NPROCESSORS_ONLN),
          .kernel = std::string{kernel.sysname} + " " + kernel.release + " " + kernel.machine,
          .system = value_after("/etc/os-release", "PRETTY_NAME"),
          .memory_mib = ::sysconf(_SC_PHYS_PAGES) / (mib / ::sysconf(_SC_PAGESIZE)),
          .load_average = load_average};
}

std::optional<std::string> setting_of(const std::string& printed, const std::string& section,
                                      const std::string& key) {
  std::istringstream lines{printed};
  std::string current;
  for (std::string line; std::getline(lines, line);) {
    line = trimmed(line);
    if (line.starts_with('[')) current = line.substr(1, line.find(']') - 1).append(".");
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || line.starts_with('[')) continue;
    if (current + trimmed(line.substr(0, equals)) != section + "." + key) continue;
    const std::string value = trimmed(line.substr(equals + 1));
    if (value.starts_with('"')) return value.substr(1, value.find('"', 1) - 1);
    return trimmed(value.substr(0, value.find('#')));
  }
  return std::nullopt;
}

EngineFacts engine_facts(const std::string& program, const std::vector<std::string>& arguments) {
  EngineFacts facts;
  facts.version = trimmed(output_of(program, {"--version"}).value_or("unknown"));
  facts.is_debug = facts.version.find("Release") == std::string::npos ||
                   facts.version.find("sanitize") != std::string::npos;
  std::vector<std::string> asking = arguments;
  asking.emplace_back("--print-config");
  if (const auto printed = output_of(program, asking)) {
    facts.mail_url = setting_of(*printed, "mail", "url").value_or(facts.mail_url);
    if (const auto linger = setting_of(*printed, "kafka", "linger")) facts.linger_ms = as_ms(*linger);
  }
  return facts;
}

EngineFacts engine_facts_of(pid_t pid) {
  if (pid == 0) return {.version = "unknown: no --pid", .is_debug = true};
  const std::string folder = "/proc/" + std::to_string(pid);
  std::istringstream command{read_file(folder + "/cmdline")};
  std::vector<std::string> arguments;
  for (std::string argument; std::getline(command, argument, '\0');) arguments.push_back(argument);
  if (!arguments.empty()) arguments.erase(arguments.begin());
  return engine_facts(folder + "/exe", arguments);
}

}  // namespace bench
