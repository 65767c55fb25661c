#include "edge/participants/transfers.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/ensure.h"

namespace participants {

Transfers::Transfers(const Settings& settings)
    : settings_(settings), multi_(curl_multi_init()), signer_(settings.secrets) {
  ENSURE(multi_ != nullptr);
  const auto kept = static_cast<long>(settings.connections);
  ENSURE(curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept) == CURLM_OK);
}

Transfers::~Transfers() {
  for (const auto& transfer : transfers_) {
    // Those that are idle are not on it; libcurl says so and does nothing.
    curl_multi_remove_handle(multi_, transfer->handle());
  }
  transfers_.clear();
  curl_multi_cleanup(multi_);
}

void Transfers::begin(Call call, engine::Time now) {
  if (idle_.empty()) idle_.push_back(transfers_.emplace_back(std::make_unique<Transfer>(settings_)).get());
  Transfer& transfer = *idle_.back();
  idle_.pop_back();
  const auto shown = std::chrono::system_clock::now().time_since_epoch();
  transfer.begin(std::move(call), signer_, std::chrono::duration_cast<std::chrono::seconds>(shown).count(),
                 now);
  ENSURE(curl_multi_add_handle(multi_, transfer.handle()) == CURLM_OK);
}

void Transfers::perform() {
  int running = 0;
  ENSURE(curl_multi_perform(multi_, &running) == CURLM_OK);
}

std::optional<Transfers::Ended> Transfers::next_ended() {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;  // the message is gone with the handle
    Transfer& transfer = Transfer::of(message->easy_handle);
    ENSURE(curl_multi_remove_handle(multi_, transfer.handle()) == CURLM_OK);
    Ended ended{transfer.end(result), transfer.begun()};
    if (auto span = transfer.span(ended.outcome)) settings_.spans->take({*std::move(span)});
    idle_.push_back(&transfer);
    return ended;
  }
  return std::nullopt;
}

void Transfers::wait(engine::Duration most) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(most);
  ENSURE(curl_multi_poll(multi_, nullptr, 0, static_cast<int>(ms.count()), nullptr) == CURLM_OK);
}

void Transfers::wake() { curl_multi_wakeup(multi_); }

}  // namespace participants
