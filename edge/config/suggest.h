// "Did you mean": the nearest of the known names by edit distance.
//
// Thread: any; pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// Insertions, deletions, replacements and swaps of neighbours between the two.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest known name, or empty when none is near enough to be what was meant.
std::string_view nearest(std::string_view name, std::span<const std::string_view> known);

// "did you mean X?" or the list of what is known.
std::string advise(std::string_view name, std::span<const std::string_view> known);

std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace edge
