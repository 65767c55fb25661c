#include "edge/app/try_participant.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>

#include "edge/try_participant/trial.h"

namespace edge {
namespace {

ExitCode refuse(const std::string& what) {
  fmt::print(stderr, "engine: {}\n", what);
  return ExitCode::usage;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string trimmed(const std::string& text) {
  constexpr auto blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// The variable that the setting [payment] secret would be overridden by.
std::string variable_of(const std::string& handler) {
  std::string name = "ENGINE_" + handler + "_SECRET";
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

}  // namespace

ExitCode try_participant(const CommandLine& line) {
  const auto handler = try_participant::turns_of(line.participant_handler);
  if (!handler) return refuse("--as is payment, inventory, shipping or notification");
  const std::string variable = variable_of(handler->name);
  std::optional<std::string> secret;
  if (!line.secret_file.empty()) {
    secret = read_file(line.secret_file);
    if (!secret) return refuse("--secret-file: " + line.secret_file + " cannot be read");
  } else if (const char* const value = std::getenv(variable.c_str())) {
    secret = value;
  } else {
    return refuse("calls are signed: say --secret-file FILE, or set " + variable);
  }
  std::string order = try_participant::sample_order();
  if (!line.order_file.empty()) {
    const auto text = read_file(line.order_file);
    if (!text) return refuse("--order: " + line.order_file + " cannot be read");
    order = trimmed(*text);
    if (order.size() < 3 || order.front() != '{' || order.back() != '}')
      return refuse("--order: " + line.order_file + " is no JSON object with an order");
    order = order.substr(1, order.size() - 2);
  }
  participants::Settings settings;
  settings.name = handler->name;
  settings.url = line.participant;
  settings.secrets = {trimmed(*secret)};
  settings.ca_file = line.ca_file;
  settings.timeout = std::chrono::seconds{line.timeout_s};
  for (const participants::WrongSetting& wrong : participants::check(settings))
    return refuse(fmt::format("the participant's {} {}", wrong.key, wrong.what));
  const auto findings = try_participant::run(settings, *handler, order);
  fmt::print("{}", try_participant::render(findings));
  const bool good =
      std::all_of(findings.begin(), findings.end(), [](const auto& each) { return each.holds; });
  return good ? ExitCode::drained : ExitCode::failure;
}

}  // namespace edge
