// The worker threads of the process and who sleeps where: made from the placement before anything else,
// because inboxes and cursors must know whom to wake.
//
//   placement ─▶ parker_of("payment") while the pipeline is wired ─▶ start(agents) ─▶ stop()
//
// Thread: main's. Before the log is open only the reactor's agents run (start_front), so that health can be
// asked.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "edge/reactor.h"
#include "engine/runtime/placement.h"
#include "engine/runtime/worker.h"

namespace edge {

class WorkerPool {
 public:
  WorkerPool(std::vector<runtime::Group> groups, runtime::Idle idle, const runtime::Clock& clock,
             Reactor& reactor);
  ~WorkerPool() { stop(); }

  runtime::Parker& parker_of(std::string_view agent);

  /// One worker with the reactor and these, until start().
  void start_front(const std::vector<runtime::Agent*>& beside_reactor);
  /// `placed`: an agent for every placeable name but the reactor's; `beside_reactor` run behind all others of
  /// its worker.
  void start(const std::map<std::string_view, runtime::Agent*>& placed,
             const std::vector<runtime::Agent*>& beside_reactor);
  void stop();

 private:
  runtime::Parker& parker_of(std::size_t group);
  bool has_reactor(const runtime::Group& group) const;

  const std::vector<runtime::Group> groups_;
  const runtime::Idle idle_;
  const runtime::Clock& clock_;
  Reactor& reactor_;
  std::vector<std::unique_ptr<runtime::FutexParker>> parkers_;  // by group; the reactor's group has none
  std::vector<std::unique_ptr<runtime::Worker>> workers_;
};

}  // namespace edge
