#include "edge/config/file.h"

#include <array>
#include <cstdio>
#include <memory>

namespace edge {

std::optional<std::string> read_file(const std::string& path) {
  constexpr std::size_t most = std::size_t{16} << 20;
  // C's file, for a C++ stream throws when the path is a folder.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (!file) return {};
  std::string text;
  std::array<char, 4096> chunk{};
  for (;;) {
    const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), file.get());
    text.append(chunk.data(), count);
    if (text.size() > most || std::ferror(file.get()) != 0) return {};
    if (count == 0) return text;
  }
}

}  // namespace edge
