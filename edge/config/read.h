// One value of a file, the environment or a flag into the field it belongs to; the other way is render.h.
//
// A complaint names what is wrong and what to do, and the place of the very element that is wrong; the field
// then keeps what it had. References to secrets are followed here, and only here.
//
// Thread: main, at start; may read files.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "edge/config/node.h"
#include "edge/config/settings.h"

namespace edge {

using Environment = std::map<std::string, std::string, std::less<>>;

struct Complaint {
  Place at;
  std::string below;  // what of the setting is meant, as in ".sha256"; empty: the whole
  std::string what;
};

class ValueReader {
 public:
  ValueReader(const Environment& environment, std::vector<Complaint>& complaints)
      : environment_(environment), complaints_(complaints) {}

  void read(const Node& node, const Rule& rule, const Slot& slot);

 private:
  void read_text(const Node& node, const Rule& rule, std::string& field);
  void read_secret(const Node& node, const Rule& rule, Secret& field, std::string_view below);
  void read_secrets(const Node& node, const Rule& rule, std::vector<Secret>& field);
  void read_number(const Node& node, const Rule& rule, std::uint64_t& field);
  void read_duration(const Node& node, const Rule& rule, Duration& field);
  void read_rate(const Node& node, double& field);
  void read_texts(const Node& node, std::vector<std::string>& field);
  void read_tokens(const Node& node, std::vector<Token>& field);
  bool read_token(const Node& node, const std::string& below, Token& token);
  void read_digest(const Node& node, const std::string& below, Token& token);
  void read_scope(const Node& node, const std::string& below, Token& token, bool& participant);
  void read_client(const Node& node, const std::string& prefix, std::vector<ClientSetting>& field);
  void read_headers(const Node& node, std::vector<Header>& field);
  void read_client_setting(const Member& member, const std::string& name, std::vector<ClientSetting>& field);
  void read_placement(const Node& node, std::vector<runtime::AgentCpu>& field);
  template <class Choice>
  void read_choice(const Node& node, const Rule& rule, Choice& field);

  void complain(const Node& node, std::string what, std::string_view below = {});
  void complain_kind(const Node& node, std::string_view wanted, std::string_view below = {});

  const Environment& environment_;
  std::vector<Complaint>& complaints_;
};

// Whether `node` is `{ env = … }` or `{ file = … }` rather than the value itself.
bool is_reference(const Node& node);

}  // namespace edge
