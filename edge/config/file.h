// A whole small file as text: the configuration, a secret.
//
// Thread: main, at start; may block.
// Bounds: 16 MiB, so that a wrong path (a device, a database) ends in a sentence.
#pragma once

#include <optional>
#include <string>

namespace edge {

// Nothing when it cannot be read or is no file.
std::optional<std::string> read_file(const std::string& path);

}  // namespace edge
