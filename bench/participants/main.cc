// participants: calls a second and CPU a call of edge/participants, and of a bare loop around libcurl, in turn
// in one run. Exit 1 if a call failed. With --serve only the participant, for bench/by_participants.
#include <curl/curl.h>
#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <limits>
#include <optional>
#include <vector>

#include "bench/facts.h"
#include "bench/participants/caller.h"
#include "bench/participants/peer.h"

namespace {

struct Figure {
  std::string name;  // unit last
  std::vector<double> values{};

  double median() const {
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
  std::string text() const {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    return fmt::format("{:<22} {:>10.2f}   ({:.2f} to {:.2f})\n", name, median(), *least, *most);
  }
  std::string json() const { return fmt::format(R"("{}":[{:.3f}])", name, fmt::join(values, ",")); }
};

#ifdef NDEBUG
constexpr bool is_result = true;
#else
constexpr bool is_result = false;  // nobody runs a debug build
#endif

}  // namespace

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  bench::Target target;
  double seconds = 3;
  int rounds = 5;
  std::string json;
  bool serves = false;
  std::size_t body_bytes = 1200;  // an event with an order of three lines
  CLI::App app("Calls to a participant, against a bare libcurl loop.", "participants");
  app.add_option("--seconds", seconds, "of each measured window (3)");
  app.add_option("--rounds", rounds, "each measures both (5)")->check(CLI::Range(1, 100));
  app.add_option("--connections", target.connections, "calls under way at once (32)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--body", body_bytes, "bytes of a call's body (1200)");
  app.add_option("--url", target.url, "a participant that confirms every payment, instead of our own peer");
  app.add_option("--ca-file", target.ca_file, "the authority of its certificate");
  app.add_option("--json", json, "writes the figures into this file");
  app.add_flag("--serve", serves, "nothing but our own peer: prints its URL, serves until its input ends");
  CLI11_PARSE(app, argc, argv);
  target.body = "{\"a\":\"" + std::string(body_bytes > 8 ? body_bytes - 8 : 0, 'x') + "\"}";
  std::optional<bench::Peer> peer;
  if (target.url.empty()) target.url = peer.emplace().url();
  if (serves) {
    std::cout << target.url << std::endl;
    std::cin.ignore(std::numeric_limits<std::streamsize>::max());
    return 0;
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);

  Figure bare_rate{"bare_calls_per_s"}, rate{"calls_per_s"}, bare_cpu{"bare_cpu_us_per_call"};
  Figure cpu{"cpu_us_per_call"}, ratio{"cpu_to_bare"};
  std::uint64_t failed = 0;
  for (int round = 0; round < rounds; ++round) {
    const bench::Window bare = bench::run_bare(target, seconds);
    const bench::Window ours = bench::run_client(target, seconds);
    failed += bare.failed + ours.failed;
    bare_rate.values.push_back(bare.calls_per_s());
    bare_cpu.values.push_back(bare.cpu_us_per_call());
    rate.values.push_back(ours.calls_per_s());
    cpu.values.push_back(ours.cpu_us_per_call());
    ratio.values.push_back(ours.cpu_us_per_call() / bare.cpu_us_per_call());
  }
  const bench::MachineFacts machine = bench::machine_facts();
  fmt::print("{}, {} CPUs, {}, {}, load {:.2f}\n", machine.cpu_model, machine.cpu_count, machine.system,
             curl_version(), machine.load_average);
  fmt::print("{} connections, bodies of {} bytes, {} rounds of {} s each; median (least to most)\n",
             target.connections, target.body.size(), rounds, seconds);
  const auto figures = {&bare_rate, &rate, &bare_cpu, &cpu, &ratio};
  for (const Figure* const figure : figures) fmt::print("{}", figure->text());
  fmt::print("{:<22} {:>10}\n{}", "failed_calls", failed, is_result ? "" : "a debug build: no result\n");
  if (!json.empty()) {
    std::vector<std::string> fields;
    for (const Figure* const figure : figures) fields.push_back(figure->json());
    std::ofstream(json)
        << fmt::format(
               R"({{"result":{},"cpu":"{}","cpus":{},"system":"{}","libcurl":"{}","load_average":{:.2f},"connections":{},"body_bytes":{},"seconds":{},"failed_calls":{},{}}})",
               is_result && failed == 0, machine.cpu_model, machine.cpu_count, machine.system, curl_version(),
               machine.load_average, target.connections, target.body.size(), seconds, failed,
               fmt::join(fields, ","))
        << '\n';
  }
  return failed == 0 ? 0 : 1;
}
