// Answers with the desk's files: `/`, which is asked for again each time, and what it loads, whose names change with what
// is in them and so are kept for ever. Nothing comes from anywhere else, no script but these runs, and nobody may frame
// the page. Another page among them is one that the desk frames: that one shows what a customer was sent.
// Thread: the reactor's.
#pragma once

#include <string_view>
#include <vector>

#include "edge/http/wire/pipeline.h"

namespace http {

struct File {
  std::string_view name;  // behind /desk/; of `/`: empty
  std::string_view type;
  std::string_view tag;  // quoted
  std::string_view text;
};

void answer_file(const std::vector<File>& files, std::string_view name, const Request& request,
                 Exchange& exchange);

}  // namespace http
