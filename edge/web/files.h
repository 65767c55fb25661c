// The desk's files, embedded: index.html, which is `/`, and what it loads. The names of these carry a digest of all of
// them, so each name has one content for ever, and a page never meets the scripts of another version.
// Thread: any; constant. Made at build time by embed.cmake; a file that is put into this folder is in it.
#pragma once

#include <span>
#include <string_view>

namespace web {

struct File {
  std::string_view name;  // <digest>.desk.js; of index.html: empty
  std::string_view type;  // its media type
  std::string_view tag;   // its entity tag, quoted
  std::string_view text;
};

std::span<const File> files();

}  // namespace web
