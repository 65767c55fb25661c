// What Redis holds, taken into a fold: stock, and unfinished orders with their documents. It must be what
// Redis held at its checkpoint, in figures (engine/saga/contents.h), and each order one that can be taken up.
// Whatever is not so is one finding: a part of Redis is gone.
//
// So is a list of finished orders that has become shorter; but no order's life hangs on it.
//
// Before there is a checkpoint, stock may be there, filled by hand, but no order, finished or not.
//
// Thread: the caller's, which it blocks. Bounds: the orders under way.
#pragma once

#include <optional>
#include <string>

#include "engine/recovery/fold.h"
#include "engine/start_ports.h"

namespace recovery {

/// Which part of it is gone; empty: none.
std::string missing(const engine::StartStore::Loaded& loaded, const saga::Contents& now);

/// The same of the list of finished orders.
std::string missing_recent(const engine::StartStore::Loaded& loaded);

/// Which part of Redis is gone, at which it ends; empty: none. Nothing: Redis has not answered.
std::optional<std::string> load(engine::StartStore& redis, const engine::StartStore::Loaded& loaded,
                                Fold& fold);

/// A finished order is in Redis alone, as it was when it ended: back into the fold, if it is kept there. False:
/// Redis has not answered.
bool take_back(engine::StartStore& redis, const saga::OrderId& id, Fold& fold);

}  // namespace recovery
