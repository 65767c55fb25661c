// What the configuration says, in the words of each box. Pure, apart from new_uuid.
#pragma once

#include <array>
#include <string>

#include "edge/config/config.h"
#include "edge/http/api/settings.h"
#include "edge/kafka/settings.h"
#include "edge/log.h"
#include "edge/participants/settings.h"
#include "edge/redis/url.h"
#include "edge/smtp/settings.h"
#include "edge/traces/settings.h"
#include "engine/codec/event_style.h"
#include "engine/saga/event.h"
#include "handlers/partition.h"

namespace edge {

http::Settings http_settings(const Config& config);
/// `log`: null where nothing is to be said, here and below.
kafka::Settings kafka_settings(const Config& config, Log* log);
codec::EventStyle event_style(const Config& config);
/// `data`: the folder of --dev, or empty.
smtp::Settings mail_settings(const Config& config, const std::string& data, Log* log);
traces::Settings trace_settings(const Config& config, const std::string& engine_id, Log* log);
redis::UrlParse redis_url(const Config& config);

/// Those whose work can be done outside.
inline constexpr std::array provided{saga::HandlerId::payment, saga::HandlerId::inventory,
                                     saga::HandlerId::shipping, saga::HandlerId::notification};
/// Of one of them.
const Provider& provider_of(const Config& config, saga::HandlerId handler);
/// By handler, for the partition.
std::array<handlers::PartitionPorts::Provider, saga::handlers> providers(const Config& config);
/// Of a provider that is called over HTTP.
participants::Settings participant_settings(const Provider& provider, saga::HandlerId handler, Log* log);

/// Whether anything is done by whoever reads the topic.
bool any_by_topic(const Config& config);

handlers::PartitionSizes partition_sizes(const Config& config);
handlers::PartitionRules partition_rules(const Config& config);

/// A fresh UUIDv7 with the kernel's randomness: an engine's id, an opening's.
std::string new_uuid(engine::Time shown);

}  // namespace edge
