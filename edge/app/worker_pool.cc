#include "edge/app/worker_pool.h"

#include <algorithm>
#include <utility>

#include "engine/ensure.h"

namespace edge {

WorkerPool::WorkerPool(std::vector<runtime::Group> groups, runtime::Idle idle, const runtime::Clock& clock,
                       Reactor& reactor)
    : groups_(std::move(groups)), idle_(idle), clock_(clock), reactor_(reactor) {
  for (const runtime::Group& group : groups_) {
    parkers_.push_back(has_reactor(group) ? nullptr : std::make_unique<runtime::FutexParker>());
  }
}

bool WorkerPool::has_reactor(const runtime::Group& group) const {
  return std::find(group.agents.begin(), group.agents.end(), reactor_.name()) != group.agents.end();
}

runtime::Parker& WorkerPool::parker_of(std::size_t group) {
  if (parkers_[group] == nullptr) return reactor_;
  return *parkers_[group];
}

runtime::Parker& WorkerPool::parker_of(std::string_view agent) {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const auto& agents = groups_[i].agents;
    if (std::find(agents.begin(), agents.end(), agent) != agents.end()) return parker_of(i);
  }
  ENSURE(false && "an agent without a place");
  return reactor_;
}

void WorkerPool::start_front(const std::vector<runtime::Agent*>& beside_reactor) {
  std::vector<runtime::Agent*> agents{&reactor_};
  agents.insert(agents.end(), beside_reactor.begin(), beside_reactor.end());
  workers_.push_back(std::make_unique<runtime::Worker>("front", std::nullopt, runtime::Idle::park, clock_,
                                                       reactor_, agents));
  workers_.back()->start();
}

void WorkerPool::start(const std::map<std::string_view, runtime::Agent*>& placed,
                       const std::vector<runtime::Agent*>& beside_reactor) {
  stop();
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    std::vector<runtime::Agent*> agents;
    for (const std::string& name : groups_[i].agents) {
      agents.push_back(name == reactor_.name() ? &reactor_ : placed.at(name));
    }
    if (has_reactor(groups_[i])) agents.insert(agents.end(), beside_reactor.begin(), beside_reactor.end());
    workers_.push_back(std::make_unique<runtime::Worker>(groups_[i].name, groups_[i].cpu, idle_, clock_,
                                                         parker_of(i), std::move(agents)));
  }
  for (const auto& worker : workers_) worker->start();
}

void WorkerPool::stop() {
  for (const auto& worker : workers_) worker->stop();
  workers_.clear();
}

}  // namespace edge
