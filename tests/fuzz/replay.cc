// Runs a fuzz target over the files of its kept corpus, and over every one-byte change of each at a few
// hundred places: what libFuzzer found once stays found, in every build and with every compiler.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

}  // namespace

int main(int count, char** arguments) {
  int files = 0;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator{arguments[i]}) {
      std::ifstream file{entry.path(), std::ios::binary};
      const std::string text{std::istreambuf_iterator<char>{file}, {}};
      run(text);
      const std::size_t stride = std::max<std::size_t>(text.size() / 300, 1);
      for (std::size_t at = 0; at < text.size(); at += stride) {
        for (const char change : {'\0', ' ', '"', '\n', '9', '\xff'}) {
          std::string changed = text;
          changed[at] = change;
          run(changed);
        }
        run(text.substr(0, at));
      }
      ++files;
    }
  }
  std::printf("%d files\n", files);
  return files > 0 ? 0 : 1;
}
