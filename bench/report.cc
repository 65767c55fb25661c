#include "bench/report.h"

#include <fmt/format.h>

#include <iterator>

namespace bench {
namespace {

using Out = std::back_insert_iterator<std::string>;

constexpr std::string_view not_a_result = "this is no release build: its figures are not a result";

std::string load_of(const Options& options) {
  const LoadPlan& load = options.load;
  return fmt::format(
      "{}, {} connections of up to {} in flight{}, {} s warm-up, {}, {} round(s)",
      load.rate > 0 ? fmt::format("open loop at {} orders/s in bursts of {}", load.rate, load.burst)
                    : "closed loop",
      load.connections, load.depth, load.has_keys ? ", each order with a key" : "",
      static_cast<double>(load.warmup_ns) / 1e9,
      load.orders_max > 0 ? fmt::format("{} orders", load.orders_max)
                          : fmt::format("{} s window", static_cast<double>(load.window_ns) / 1e9),
      options.rounds);
}

std::string baseline_of(const Options& options) {
  return fmt::format("producev of one message an order to {}, acks=all, idempotent, linger.ms={}",
                     options.baseline.brokers, options.baseline.linger_ms);
}

std::string statuses_of(const Report& report, std::string_view between, std::string_view pattern) {
  std::string text;
  for (std::size_t status = 0; status < report.rounds.front().load.status_counts.size(); ++status) {
    std::uint64_t count = 0;
    for (const Round& round : report.rounds) count += round.load.status_counts[status];
    if (count == 0) continue;
    text.append(text.empty() ? "" : between);
    fmt::format_to(Out{text}, fmt::runtime(pattern), status, count);
  }
  return text;
}

std::uint64_t sum_of(const Report& report, std::uint64_t LoadResult::*count) {
  std::uint64_t sum = 0;
  for (const Round& round : report.rounds) sum += round.load.*count;
  return sum;
}

template <class Each>
std::string listed(const std::vector<std::string>& texts, Each&& render) {
  std::string out;
  for (const std::string& text : texts) out.append(out.empty() ? "" : ", ").append(render(text));
  return out;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out.append({'\\', c});
    else if (static_cast<unsigned char>(c) < 0x20)
      fmt::format_to(Out{out}, "\\u{:04x}", static_cast<unsigned>(c));
    else
      out.push_back(c);
  }
  return out + '"';
}

std::vector<std::string> Report::problems() const {
  std::vector<std::string> found;
  if (sum_of(*this, &LoadResult::accepted_in_window) == 0) found.emplace_back("no order was accepted");
  if (const auto count = sum_of(*this, &LoadResult::unanswered); count > 0)
    found.push_back(fmt::format("{} requests were never answered", count));
  if (const auto count = sum_of(*this, &LoadResult::without_id); count > 0)
    found.push_back(fmt::format("{} accepted orders came without an id", count));
  if (!verdict.holds())
    found.push_back(
        fmt::format("of {} accepted orders {} were unknown, {} not completed in time, {} had another's id",
                    verdict.checked, verdict.unknown, verdict.unfinished, verdict.duplicates));
  if (options.starts_engine() && engine_exit != 0)
    found.push_back(engine_exit ? fmt::format("the engine ended with exit code {}", *engine_exit)
                                : std::string{"the engine did not end in time"});
  return found;
}

std::string render_text(const Report& report) {
  const Options& options = report.options;
  std::string text;
  Out out{text};
  fmt::format_to(out, "engine    {}\n", report.engine.version);
  fmt::format_to(out, "machine   {}, {} CPUs, {} MiB, {}, {}, load average {:.2f}\n",
                 report.machine.cpu_model, report.machine.cpu_count, report.machine.memory_mib,
                 report.machine.system, report.machine.kernel, report.machine.load_average);
  fmt::format_to(out, "command   {}\n", options.command);
  fmt::format_to(out, "load      {}\n", load_of(options));
  if (options.load.sample_every > 0)
    fmt::format_to(out, "sample    every {}. order asks with Prefer: wait for completed\n",
                   options.load.sample_every);
  fmt::format_to(out, "mail      {}\n", report.engine.mail_url);
  if (!options.baseline.brokers.empty()) fmt::format_to(out, "baseline  {}\n", baseline_of(options));
  fmt::format_to(out, "\n{:<34}{:>12}", "", "median");
  if (report.rounds.size() > 1) fmt::format_to(out, "{:>12}{:>12}", "min", "max");
  text.push_back('\n');
  for (const Figure& figure : figures_of(report.rounds)) {
    fmt::format_to(out, "{:<34}{:>12.2f}", figure.name, figure.median());
    if (report.rounds.size() > 1) fmt::format_to(out, "{:>12.2f}{:>12.2f}", figure.min(), figure.max());
    text.push_back('\n');
  }
  fmt::format_to(out, "\nanswers   {}; connections lost {}\n", statuses_of(report, ", ", "{}: {}"),
                 report.reopened_count);
  if (const auto count = sum_of(report, &LoadResult::unsent); count > 0)
    fmt::format_to(out, "          {} orders were due and never sent: the latencies are lower bounds\n",
                   count);
  if (const auto count = sum_of(report, &LoadResult::sampled_unfinished); count > 0)
    fmt::format_to(out, "          {} sampled orders were answered before they had completed\n", count);
  fmt::format_to(out, "verified  {} of {} accepted orders completed ({:.1f} s)\n", report.verdict.completed,
                 report.verdict.checked, report.verdict.seconds);
  for (const std::string& example : report.verdict.examples) fmt::format_to(out, "          {}\n", example);
  if (report.engine_exit) fmt::format_to(out, "engine    ended with exit code {}\n", *report.engine_exit);
  if (report.engine.is_debug) fmt::format_to(out, "NO RESULT {}\n", not_a_result);
  for (const std::string& problem : report.problems()) fmt::format_to(out, "FAILED    {}\n", problem);
  return text;
}

std::string render_json(const Report& report) {
  const Options& options = report.options;
  auto problems = report.problems();
  if (report.engine.is_debug) problems.emplace_back(not_a_result);
  std::string text = "{\n";
  Out out{text};
  fmt::format_to(out, "  \"result\": {},\n", problems.empty());
  fmt::format_to(out, "  \"why_not\": [{}],\n", listed(problems, in_quotes));
  fmt::format_to(out, "  \"command\": {},\n  \"engine\": {},\n  \"release_build\": {},\n",
                 in_quotes(options.command), in_quotes(report.engine.version), !report.engine.is_debug);
  fmt::format_to(
      out,
      "  \"machine\": {{\"cpu\": {}, \"cpus\": {}, \"memory_mib\": {}, \"system\": {}, \"kernel\": {}, "
      "\"load_average\": {:.2f}}},\n",
      in_quotes(report.machine.cpu_model), report.machine.cpu_count, report.machine.memory_mib,
      in_quotes(report.machine.system), in_quotes(report.machine.kernel), report.machine.load_average);
  fmt::format_to(out, "  \"load\": {},\n  \"mail\": {},\n", in_quotes(load_of(options)),
                 in_quotes(report.engine.mail_url));
  if (!options.baseline.brokers.empty())
    fmt::format_to(out, "  \"baseline\": {},\n", in_quotes(baseline_of(options)));
  text += "  \"figures\": {\n";
  std::string_view before;
  for (const Figure& figure : figures_of(report.rounds)) {
    fmt::format_to(out, "{}    {}: {{\"median\": {:.3f}, \"rounds\": [{:.3f}]}}", before,
                   in_quotes(figure.name), figure.median(), fmt::join(figure.values, ", "));
    before = ",\n";
  }
  fmt::format_to(out, "\n  }},\n  \"answers\": {{{}}},\n", statuses_of(report, ", ", "\"{}\": {}"));
  fmt::format_to(out, "  \"sent\": {}, \"unsent\": {}, \"unanswered\": {}, \"sampled_unfinished\": {},\n",
                 sum_of(report, &LoadResult::sent), sum_of(report, &LoadResult::unsent),
                 sum_of(report, &LoadResult::unanswered), sum_of(report, &LoadResult::sampled_unfinished));
  fmt::format_to(out, "  \"connections_lost\": {},\n", report.reopened_count);
  fmt::format_to(
      out,
      "  \"verified\": {{\"accepted\": {}, \"completed\": {}, \"unknown\": {}, \"unfinished\": {}, "
      "\"duplicates\": {}}},\n",
      report.verdict.checked, report.verdict.completed, report.verdict.unknown, report.verdict.unfinished,
      report.verdict.duplicates);
  fmt::format_to(out, "  \"engine_exit\": {}\n}}\n",
                 report.engine_exit ? std::to_string(*report.engine_exit) : std::string{"null"});
  return text;
}

}  // namespace bench
