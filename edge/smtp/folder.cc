// dir:PATH, the outbox: each mail a file PATH/<template>.<orderId>.eml (asked for again:
// …<orderId>.<step>.eml), complete as soon as it has that name.
// A mail written again replaces itself.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "edge/smtp/transport.h"

namespace smtp {
namespace {

Delivery failure(const std::string& what) {
  return {tape::MailOutcome::away, what + ": " + std::generic_category().message(errno)};
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

class Folder final : public Transport {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  Delivery deliver(const Message& message) override {
    const std::string name = path_ + "/" + message.name + ".eml";
    const std::string unfinished = path_ + "/." + message.name + ".tmp";
    const int file = open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return failure(unfinished);
    const bool written = write_all(file, message.text);
    const int write_error = errno;
    if (close(file) != 0 && written) return discard(unfinished, errno);
    if (!written) return discard(unfinished, write_error);
    if (rename(unfinished.c_str(), name.c_str()) != 0) return discard(unfinished, errno);
    return {tape::MailOutcome::sent, ""};
  }

  void abandon() override {}  // a file is soon written

 private:
  static Delivery discard(const std::string& unfinished, int error) {
    unlink(unfinished.c_str());
    errno = error;
    return failure(unfinished);
  }

  const std::string path_;
};

}  // namespace

engine::Result<> check_folder(const std::string& path) {
  namespace fs = std::filesystem;
  if (path.empty()) return "lacks the path of a folder; write dir:PATH";
  const std::string quoted = "the mail folder \"" + path + "\" ";
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) {
    if (access(path.c_str(), W_OK | X_OK) == 0) return {};
    return quoted + "cannot be written into; check its rights";
  }
  if (status.type() != fs::file_type::not_found) return quoted + "is no folder; write the path of one";
  // Whether it can be made shows only by making one, beside it and under a name that nobody else uses.
  fs::path above = fs::absolute(path, error).lexically_normal();
  while (!fs::exists(fs::symlink_status(above, error)) && above.has_relative_path())
    above = above.parent_path();
  std::string probe = (above / ".engine-check-XXXXXX").string();
  if (mkdtemp(probe.data()) == nullptr)
    return quoted + "cannot be created: " + std::generic_category().message(errno) +
           "; check the path and its rights";
  rmdir(probe.c_str());
  return {};
}

std::variant<std::unique_ptr<Transport>, std::string> make_folder_transport(const std::string& path) {
  if (auto checked = check_folder(path); !checked.ok()) return std::move(checked).error();
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return "the mail folder \"" + path + "\" cannot be created: " + error.message();
  return std::make_unique<Folder>(path);
}

}  // namespace smtp
