// One thread's way to deliver mails: over SMTP with a kept connection (libcurl), or into a folder.
//
// How a delivery ends is told by where it failed (dialogue.h). A folder that cannot be written says nothing
// about the mail (MailOutcome::away): it waits until that is mended.
//
// Thread: deliver() by one thread at a time; abandon() by any.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "edge/smtp/message.h"
#include "edge/smtp/settings.h"
#include "engine/result.h"
#include "engine/tape/task.h"

namespace smtp {

struct Delivery {
  tape::MailOutcome outcome = tape::MailOutcome::away;
  std::string detail;  // the server's code and text, or what else went wrong: printable
};

class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Blocks, at most for the timeouts of the settings.
  virtual Delivery deliver(const Message& message) = 0;
  /// Makes a deliver() under way return within about a second, and later ones at once. For good.
  virtual void abandon() = 0;
};

/// For smtp:, smtps: and dir: URLs; a text says what is wrong instead. Does not connect yet.
std::variant<std::unique_ptr<Transport>, std::string> make_transport(const Settings& settings);

std::unique_ptr<Transport> make_smtp_transport(const Settings& settings);
/// Whether mails can be written into this folder, which need not be there yet.
engine::Result<> check_folder(const std::string& path);
/// Creates the folder.
std::variant<std::unique_ptr<Transport>, std::string> make_folder_transport(const std::string& path);

}  // namespace smtp
