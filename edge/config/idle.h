// Which settings act nowhere with what is chosen beside them, mostly providers. Nothing may be written that does nothing:
// who writes it believes otherwise.
//
// Thread: any; pure.
#pragma once

#include <string>
#include <string_view>

#include "edge/config/settings.h"

namespace edge {

struct IdleReason {
  std::string text = {};          // "does nothing with …; what to do"; empty: the setting acts
  std::string_view because = {};  // the setting that makes it so
  bool empty() const { return text.empty(); }
};

IdleReason why_idle(std::string_view key, const Config& config);

// What to write for one that has a default but must be chosen all the same.
std::string must_be_chosen(const Setting& setting);

}  // namespace edge
