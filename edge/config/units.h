// Durations ("25s", "0.2ms", "30d") and sizes ("256MiB") as people write them, and back.
//
// Read digit by digit, so that "0.2ms" is 200000 ns and not what a double makes of it. What is rendered reads
// back as the same value.
//
// Bounds: a value that does not fit, or has more digits than nanoseconds or bytes, is refused.
// Thread: any; pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace edge {

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
std::string render_duration(std::chrono::nanoseconds duration);

std::optional<std::uint64_t> parse_bytes(std::string_view text);
std::string render_bytes(std::uint64_t bytes);

}  // namespace edge
