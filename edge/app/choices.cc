#include "edge/app/choices.h"

#include <fmt/format.h>

#include "edge/app/settings.h"

namespace edge {
namespace {

void warn_of_simulated(std::string_view key, const Provider& provider, std::string_view what,
                       std::vector<std::string>& warnings) {
  if (provider.provider == ProviderKind::ours)
    warnings.push_back(fmt::format("{} is \"simulated\": {}", key, what));
}

}  // namespace

std::vector<std::string> warnings(const Config& config, bool dev) {
  std::vector<std::string> warnings;
  if (!dev) {
    warn_of_simulated("payment.provider", config.payment, "nobody pays for the orders", warnings);
    warn_of_simulated("shipping.provider", config.shipping, "nobody ships the orders", warnings);
  }
  if (config.http.open)
    warnings.push_back(fmt::format(
        "http.open: nobody is asked for a token; whoever reaches {} port {} may place, cancel and settle "
        "orders and set stock",
        config.http.listen.host, config.http.listen.port));
  for (const saga::HandlerId handler : provided) {
    const Provider& provider = provider_of(config, handler);
    if (provider.provider != ProviderKind::http) continue;
    std::string warning = participants::warning(participant_settings(provider, handler, nullptr));
    if (!warning.empty()) warnings.push_back(std::move(warning));
  }
  return warnings;
}

}  // namespace edge
