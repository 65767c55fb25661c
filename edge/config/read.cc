#include "edge/config/read.h"

#include <fmt/format.h>

#include <type_traits>

#include "edge/config/file.h"
#include "edge/config/suggest.h"
#include "edge/config/texts.h"
#include "edge/config/toml.h"
#include "edge/config/units.h"

namespace edge {
namespace {

// A secret in a file ends in the line break that editors and `echo` put there.
std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

// C libraries would read on to there and take the rest for nothing.
bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

bool is_reference(const Node& node) {
  return node.kind == Node::Kind::table && node.members.size() == 1 &&
         (node.members[0].key == "env" || node.members[0].key == "file");
}

void ValueReader::complain(const Node& node, std::string what, std::string_view below) {
  complaints_.push_back({node.at, std::string(below), std::move(what)});
}

void ValueReader::complain_kind(const Node& node, std::string_view wanted, std::string_view below) {
  complain(node, fmt::format("is {}; write {}", kind_name(node.kind), wanted), below);
}

void ValueReader::read(const Node& node, const Rule& rule, const Slot& slot) {
  std::visit(
      [&](auto* field) {
        using Field = std::remove_pointer_t<decltype(field)>;
        if constexpr (std::is_same_v<Field, std::string>) {
          read_text(node, rule, *field);
        } else if constexpr (std::is_same_v<Field, Secret>) {
          read_secret(node, rule, *field, {});
        } else if constexpr (std::is_same_v<Field, std::vector<Secret>>) {
          read_secrets(node, rule, *field);
        } else if constexpr (std::is_same_v<Field, Duration>) {
          read_duration(node, rule, *field);
        } else if constexpr (std::is_same_v<Field, std::uint64_t>) {
          read_number(node, rule, *field);
        } else if constexpr (std::is_same_v<Field, double>) {
          read_rate(node, *field);
        } else if constexpr (std::is_same_v<Field, bool>) {
          if (node.kind != Node::Kind::boolean) return complain_kind(node, "true or false, without quotes");
          *field = node.integer != 0;
        } else if constexpr (std::is_same_v<Field, Address>) {
          if (node.kind != Node::Kind::text) return complain_kind(node, "\"ADDRESS:PORT\"");
          if (auto parsed = texts::parse_address(node.text, *field); !parsed.ok())
            complain(node, std::move(parsed).error());
        } else if constexpr (std::is_same_v<Field, std::vector<std::string>>) {
          read_texts(node, *field);
        } else if constexpr (std::is_same_v<Field, std::vector<Token>>) {
          read_tokens(node, *field);
        } else if constexpr (std::is_same_v<Field, std::vector<ClientSetting>>) {
          if (node.kind != Node::Kind::table) return complain_kind(node, "{ \"name\" = \"value\", … }");
          read_client(node, {}, *field);
        } else if constexpr (std::is_same_v<Field, std::vector<Header>>) {
          read_headers(node, *field);
        } else if constexpr (std::is_same_v<Field, std::vector<runtime::AgentCpu>>) {
          read_placement(node, *field);
        } else {
          read_choice(node, rule, *field);
        }
      },
      slot);
}

void ValueReader::read_text(const Node& node, const Rule& rule, std::string& field) {
  if (node.kind != Node::Kind::text) return complain_kind(node, "a string in quotes");
  if (has_nul(node.text)) return complain(node, "holds a NUL; remove it");
  if (rule.check != nullptr) {
    if (auto checked = rule.check(node.text); !checked.ok())
      return complain(node, std::move(checked).error());
  }
  field = node.text;
}

void ValueReader::read_secret(const Node& node, const Rule& rule, Secret& field, std::string_view below) {
  constexpr auto wanted = R"({ env = "NAME" } or { file = "PATH" })";
  Secret secret;
  if (is_reference(node)) {
    const Member& source = node.members[0];
    if (source.value.kind != Node::Kind::text) return complain_kind(source.value, wanted, below);
    const std::string& name = source.value.text;
    secret.reference = fmt::format("{{ {} = {} }}", source.key, quote_toml(name));
    if (source.key == "env") {
      const auto found = environment_.find(name);
      if (found == environment_.end()) {
        return complain(node, fmt::format("the environment has no {}; set it", name), below);
      }
      secret.value = found->second;
    } else {
      const auto text = read_file(name);
      if (!text)
        return complain(node, fmt::format("cannot read {}; check the path and its rights", name), below);
      secret.value = without_line_end(*text);
    }
    if (secret.value.empty()) return complain(node, fmt::format("{} is empty", name), below);
  } else {
    if (node.kind != Node::Kind::text) return complain_kind(node, wanted, below);
    const bool harmless = node.text.empty() || (rule.url && !texts::has_password(node.text));
    if (!harmless) return complain(node, fmt::format("is a secret in plain text; write {}", wanted), below);
    secret.value = node.text;
  }
  if (has_nul(secret.value)) return complain(node, "holds a NUL; remove it", below);
  field = secret;
}

void ValueReader::read_secrets(const Node& node, const Rule& rule, std::vector<Secret>& field) {
  const std::size_t before = complaints_.size();
  std::vector<Secret> secrets;
  const auto add = [&](const Node& one, std::string_view below) {
    read_secret(one, rule, secrets.emplace_back(), below);
    if (secrets.back().value.empty()) secrets.pop_back();
  };
  if (node.kind != Node::Kind::array) {
    add(node, {});
  } else {
    for (std::size_t index = 0; index < node.items.size(); ++index) {
      add(node.items[index], fmt::format("[{}]", index));
    }
  }
  if (complaints_.size() == before) field = std::move(secrets);
}

void ValueReader::read_number(const Node& node, const Rule& rule, std::uint64_t& field) {
  std::int64_t number = node.integer;
  if (rule.kind == Rule::Kind::bytes) {
    constexpr auto wanted = "a size with its unit in quotes (B, KiB, MiB, GiB), as in \"256MiB\"";
    if (node.kind != Node::Kind::text) return complain_kind(node, wanted);
    const auto size = parse_bytes(node.text);
    if (!size) return complain(node, fmt::format("\"{}\" is no size; write {}", node.text, wanted));
    number = static_cast<std::int64_t>(*size);
  } else if (node.kind != Node::Kind::integer) {
    return complain_kind(node, "a whole number without quotes");
  }
  if (number < rule.low || number > rule.high) {
    const auto show = [&](std::int64_t bound) {
      return rule.kind == Rule::Kind::bytes ? render_bytes(static_cast<std::uint64_t>(bound))
                                            : std::to_string(bound);
    };
    return complain(node, fmt::format("is out of range; write {} to {}", show(rule.low), show(rule.high)));
  }
  field = static_cast<std::uint64_t>(number);
}

void ValueReader::read_duration(const Node& node, const Rule& rule, Duration& field) {
  constexpr auto wanted = "a duration with its unit in quotes (ns, us, ms, s, m, h, d), as in \"25s\"";
  if (node.kind != Node::Kind::text) return complain_kind(node, wanted);
  const auto duration = parse_duration(node.text);
  if (!duration) return complain(node, fmt::format("\"{}\" is no duration; write {}", node.text, wanted));
  if (duration->count() < rule.low || duration->count() > rule.high) {
    return complain(node, fmt::format("is out of range; write {} to {}", render_duration(Duration(rule.low)),
                                      render_duration(Duration(rule.high))));
  }
  field = *duration;
}

void ValueReader::read_rate(const Node& node, double& field) {
  if (node.kind != Node::Kind::real && node.kind != Node::Kind::integer) {
    return complain_kind(node, "a share from 0.0 to 1.0, without quotes");
  }
  const double rate = node.kind == Node::Kind::real ? node.real : static_cast<double>(node.integer);
  // Said this way round, for a NaN is in no range.
  if (!(rate >= 0 && rate <= 1)) return complain(node, "is out of range; write 0.0 to 1.0");
  field = rate;
}

template <class Choice>
void ValueReader::read_choice(const Node& node, const Rule& rule, Choice& field) {
  const std::vector<std::string_view> choices = split(rule.choices, ' ');
  if (node.kind != Node::Kind::text) {
    return complain_kind(node, fmt::format("one of {}", fmt::join(choices, ", ")));
  }
  for (std::size_t index = 0; index < choices.size(); ++index) {
    if (choices[index] == node.text) {
      field = static_cast<Choice>(index);
      return;
    }
  }
  complain(node, fmt::format("\"{}\" is unknown; write one of {}", node.text, fmt::join(choices, ", ")));
}

}  // namespace edge
