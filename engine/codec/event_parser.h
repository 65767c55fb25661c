// Reads a record of the topic, a structured or a binary CloudEvent: everything that the fold needs of it.
// Whether the record counts at all has been decided by the reader rule before.
//
// Thread: one.
// Bounds: none of its own; a record is as large as Kafka let it be.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/ports.h"
#include "engine/saga/event.h"
#include "engine/saga/order.h"
#include "engine/tape/record.h"

namespace codec {

struct EventRead {
  saga::EventKind kind = saga::EventKind::OrderPlaced;
  saga::OrderId order;     // of every kind but StockSet
  std::uint32_t step = 0;  // 1, 2, 3, … within the order
  engine::Time at{};
  saga::Reason reason = saga::Reason::none;  // as the tape had it

  const saga::Order* placed = nullptr;  // OrderPlaced
  struct Level {
    std::string_view sku;
    std::int64_t left = tape::Record::untracked;
    std::int64_t quantity = 0;  // taken or given back; of StockSet none
  };
  std::span<const Level> levels;     // InventoryUpdated, …Released: of the stocked lines; StockSet: the one
  std::span<const Level> shortages;  // InventoryInsufficient: of the lines that are short, what there is
  tape::AnswerData said{};           // with it, by whoever does the work
  std::string_view mail_answer;      // NotificationFailed
  bool mail_again = false;           // MailRequested, and the Notification… that it led to
  std::int64_t amount_minor = -1;    // PaymentConfirmed, …Captured, …Refunded; -1: it does not say
};

class EventParser {
 public:
  explicit EventParser(std::string type_prefix);
  ~EventParser();

  /// nullptr: it is no event of ours, or not as this engine writes it. The result lives until the next call.
  const EventRead* parse(std::string_view value, std::span<const engine::Log::Header> headers);

 private:
  struct Json;  // keeps simdjson out of this header
  struct Attributes {
    std::string_view type, id, time, causation_id, traceparent;
  };

  bool read(const Attributes& attributes);
  bool read_placed(const Attributes& attributes);
  bool read_results();
  bool read_levels(std::span<const EventRead::Level>& levels);
  void read_answer(const Attributes& attributes);
  bool read_stock();
  bool read_reason();

  const std::string type_prefix_;
  std::unique_ptr<Json> json_;
  EventRead event_;
};

}  // namespace codec
