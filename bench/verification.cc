#include "bench/verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>

namespace bench {
namespace {

constexpr std::size_t connections = 16;
constexpr std::size_t examples_max = 10;
constexpr std::int64_t pause_ns = second_ns / 20;  // between two looks at an order that is not completed yet

std::string_view text_of(const OrderId& id) { return {id.data(), id.size()}; }

bool read_digits(std::string_view text, std::size_t at, std::size_t count, int& number) {
  if (text.size() < at + count) return false;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + count, number);
  return error == std::errc{} && end == text.data() + at + count;
}

std::optional<std::int64_t> last_time_of(std::string_view body) {
  constexpr std::string_view field = R"("at":")";
  const std::size_t at = body.rfind(field);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = body.substr(at + field.size());
  return parse_time(rest.substr(0, rest.find('"')));
}

class Pass {
 public:
  Pass(Pool& pool, const Requests& requests, const std::vector<OrderId>& accepted,
       std::vector<CompletionWindow>& windows, Verdict& verdict)
      : pool_{pool}, requests_{requests}, accepted_{accepted}, windows_{windows}, verdict_{verdict} {}

  void run(std::int64_t patience_ns) {
    const auto deliver = [this](Flight flight, const Response& response, std::int64_t now) {
      answered(flight.tag, response, now);
    };
    while (verdict_.completed + verdict_.unknown < accepted_.size()) {
      const std::int64_t now = now_ns();
      if (now - last_progress_ns_ > patience_ns || pool_.open_count() == 0) break;
      send(now);
      pool_.flush(deliver);
      pool_.poll(now + pause_ns, deliver);
    }
    verdict_.unfinished = accepted_.size() - verdict_.completed - verdict_.unknown;
    for (const Again& late : again_) example(late.index, late.last_answer);
  }

 private:
  struct Again {
    std::uint64_t index;
    std::int64_t not_before_ns;
    std::string last_answer;
  };

  void send(std::int64_t now) {
    for (;;) {
      const bool is_again = !again_.empty() && again_.front().not_before_ns <= now;
      if (!is_again && next_ == accepted_.size()) return;
      const auto connection = pool_.pick(lane_);
      if (!connection) return;
      const std::uint64_t index = is_again ? again_.front().index : next_++;
      if (is_again) again_.pop_front();
      get_.clear();
      requests_.render_get(text_of(accepted_[index]), get_);
      pool_.put(*connection, get_, {.intended_ns = now, .tag = index});
    }
  }

  void answered(std::uint64_t index, const Response& response, std::int64_t now) {
    if (response.status == 200 && response.body.find(R"("status":"completed")") != std::string_view::npos) {
      ++verdict_.completed;
      last_progress_ns_ = now;
      count(last_time_of(response.body));
      return;
    }
    const std::string answer = fmt::format("{} {}", response.status, response.body.substr(0, 300));
    if (response.status == 404) {
      ++verdict_.unknown;
      example(index, answer);
    } else {
      again_.push_back({index, now + pause_ns, answer});
    }
  }

  void count(std::optional<std::int64_t> completed_wall_ns) {
    if (!completed_wall_ns) return;
    for (CompletionWindow& window : windows_) {
      if (*completed_wall_ns < window.begin_wall_ns || *completed_wall_ns >= window.end_wall_ns) continue;
      ++window.completed;
      window.last_wall_ns = std::max(window.last_wall_ns, *completed_wall_ns);
    }
  }

  void example(std::uint64_t index, const std::string& answer) {
    if (verdict_.examples.size() < examples_max)
      verdict_.examples.push_back(fmt::format("{}: {}", text_of(accepted_[index]), answer));
  }

  Pool& pool_;
  const Requests& requests_;
  const std::vector<OrderId>& accepted_;
  std::vector<CompletionWindow>& windows_;
  Verdict& verdict_;
  Lane lane_{.first = 0, .count = connections, .depth = pipeline_max};
  std::uint64_t next_ = 0;
  std::deque<Again> again_;
  std::string get_;
  std::int64_t last_progress_ns_ = now_ns();
};

}  // namespace

Verdict verify(const Address& address, const Requests& requests, std::vector<OrderId>& accepted,
               std::vector<CompletionWindow>& windows, std::int64_t patience_ns) {
  Verdict verdict;
  const std::int64_t begin = now_ns();
  std::sort(accepted.begin(), accepted.end());
  const auto distinct = std::unique(accepted.begin(), accepted.end());
  verdict.duplicates = static_cast<std::uint64_t>(accepted.end() - distinct);
  accepted.erase(distinct, accepted.end());
  verdict.checked = accepted.size();
  Pool pool{address};
  if (auto error = pool.open(connections)) {
    verdict.unfinished = verdict.checked;
    verdict.examples.push_back(*error);
    return verdict;
  }
  Pass{pool, requests, accepted, windows, verdict}.run(patience_ns);
  verdict.seconds = static_cast<double>(now_ns() - begin) / 1e9;
  return verdict;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, micros = 0;
  const bool is_read = read_digits(text, 0, 4, year) && read_digits(text, 5, 2, month) &&
                       read_digits(text, 8, 2, day) && read_digits(text, 11, 2, hour) &&
                       read_digits(text, 14, 2, minute) && read_digits(text, 17, 2, second) &&
                       read_digits(text, 20, 6, micros);
  if (!is_read || text.size() != 27 || text[26] != 'Z') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return ((days * 24 + hour) * 60 + minute) * 60 * second_ns + second * second_ns +
         micros * std::int64_t{1000};
}

}  // namespace bench
