// smtp: and smtps:, by libcurl: one easy handle that keeps its connection between mails.
//
// Why not the multi handle: it blocks as a whole until the server has answered the final dot. What libcurl
// cannot do is stop at once, so the sockets are ours: abandon() shuts them down under it.
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <vector>

#include "edge/smtp/dialogue.h"
#include "edge/smtp/transport.h"
#include "engine/ensure.h"

namespace smtp {
namespace {

/// The handle's sockets. Thread: any.
class Sockets {
 public:
  curl_socket_t open(const curl_sockaddr& address) {
    const int made = socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
    if (made < 0) return CURL_SOCKET_BAD;
    const std::lock_guard lock(mutex_);
    open_.push_back(made);
    return made;
  }
  int close(curl_socket_t socket) {
    const std::lock_guard lock(mutex_);  // so that nobody shuts down a number that is somebody else's by now
    std::erase(open_, socket);
    return ::close(socket);
  }
  void shut_down(int how) {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, how);
  }

 private:
  std::mutex mutex_;
  std::vector<int> open_;
};

long milliseconds(engine::Duration duration) {
  return std::max(1L, static_cast<long>(duration / std::chrono::milliseconds{1}));
}
long seconds(engine::Duration duration) { return (milliseconds(duration) + 999) / 1000; }

/// libcurl takes the name for EHLO from the path.
std::string url_with_ehlo(const Settings& settings) {
  const std::string ehlo =
      settings.ehlo.empty() ? std::string(parse_sender(settings.from)->domain()) : settings.ehlo;
  return settings.url + (settings.url.ends_with('/') ? "" : "/") + ehlo;
}

class Server final : public Transport {
 public:
  explicit Server(const Settings& settings) {
    ENSURE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);  // counted by libcurl, freed by the last
    handle_ = curl_easy_init();
    ENSURE(handle_ != nullptr);
    set(CURLOPT_URL, url_with_ehlo(settings).c_str());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(settings.connect_timeout));
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds(settings.answer_timeout));
    set(CURLOPT_TIMEOUT_MS, milliseconds(settings.mail_timeout));
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_PROXY, "");  // no proxy, whatever the environment says
    secure(settings);
    call_back();
  }

  ~Server() override {
    // QUIT is still sent, and nobody waits for the answer to it.
    sockets_.shut_down(SHUT_RD);
    curl_easy_cleanup(handle_);
    curl_global_cleanup();
  }

  Delivery deliver(const Message& message) override {
    Delivery delivery = attempt(message);
    // A server may close a kept connection whenever it likes; that is no failure yet.
    if (kept_connection_was_lost_) delivery = attempt(message);
    return delivery;
  }

  void abandon() override {
    abandoned_.store(true, std::memory_order_release);  // pairs with the acquire in progressed()
    sockets_.shut_down(SHUT_RDWR);
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    ENSURE(curl_easy_setopt(handle_, option, value) == CURLE_OK);
  }

  void secure(const Settings& settings) {
    // An authority of one's own is configured by somebody who wants TLS.
    const bool required = !settings.user.empty() || !settings.ca_file.empty();
    set(CURLOPT_USE_SSL, static_cast<long>(required ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!settings.ca_file.empty()) set(CURLOPT_CAINFO, settings.ca_file.c_str());
    if (settings.user.empty()) return;
    set(CURLOPT_USERNAME, settings.user.c_str());
    set(CURLOPT_PASSWORD, settings.password.c_str());
  }

  void call_back() {
    set(CURLOPT_READFUNCTION, &Server::read);
    set(CURLOPT_READDATA, static_cast<void*>(this));
    set(CURLOPT_DEBUGFUNCTION, &Server::overheard);
    set(CURLOPT_DEBUGDATA, static_cast<void*>(this));
    set(CURLOPT_VERBOSE, 1L);  // to `overheard` only
    set(CURLOPT_OPENSOCKETFUNCTION, &Server::open_socket);
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
    set(CURLOPT_CLOSESOCKETFUNCTION, &Server::close_socket);
    set(CURLOPT_CLOSESOCKETDATA, static_cast<void*>(&sockets_));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Server::progressed);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
#if CURL_AT_LEAST_VERSION(7, 87, 0)
    set(CURLOPT_QUICK_EXIT, 1L);  // a name server that does not answer holds up no stop
#endif
  }

  Delivery attempt(const Message& message) {
    kept_connection_was_lost_ = false;
    if (abandoned_.load(std::memory_order_acquire)) return {tape::MailOutcome::away, "stopping"};
    rest_ = message.text;
    dialogue_.begin();
    error_[0] = '\0';
    const std::string from = "<" + message.from + ">";
    const std::string to = "<" + message.to + ">";
    curl_slist* const recipients = curl_slist_append(nullptr, to.c_str());
    ENSURE(recipients != nullptr);
    set(CURLOPT_MAIL_FROM, from.c_str());
    set(CURLOPT_MAIL_RCPT, recipients);

    const CURLcode result = curl_easy_perform(handle_);
    long connects = 0;
    curl_easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &connects);
    set(CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
    curl_slist_free_all(recipients);

    if (result == CURLE_OK) return {tape::MailOutcome::sent, ""};
    kept_connection_was_lost_ =
        connects == 0 && !dialogue_.ended() && (dialogue_.code() < 400 || dialogue_.code() == 421);
    Delivery delivery{dialogue_.outcome(), dialogue_.code() >= 400 ? dialogue_.answer() : ""};
    if (delivery.detail.empty())
      delivery.detail = error_[0] != '\0' ? error_.data() : curl_easy_strerror(result);
    return delivery;
  }

  static std::size_t read(char* to, std::size_t size, std::size_t count, void* data) {
    Server& server = *static_cast<Server*>(data);
    const std::size_t bytes = std::min(size * count, server.rest_.size());
    std::memcpy(to, server.rest_.data(), bytes);
    server.rest_.remove_prefix(bytes);
    // libcurl asks again only when everything before has been sent; after a 0 it sends the dot.
    if (bytes == 0) server.dialogue_.sent_text();
    return bytes;
  }

  static int overheard(CURL*, curl_infotype type, char* text, std::size_t size, void* data) {
    Dialogue& dialogue = static_cast<Server*>(data)->dialogue_;
    if (type == CURLINFO_HEADER_OUT) dialogue.sent({text, size});
    if (type == CURLINFO_HEADER_IN) dialogue.received({text, size});
    return 0;
  }

  static curl_socket_t open_socket(void* data, curlsocktype, curl_sockaddr* address) {
    Server& server = *static_cast<Server*>(data);
    server.dialogue_.begin();
    return server.sockets_.open(*address);
  }
  static int close_socket(void* data, curl_socket_t socket) {
    return static_cast<Sockets*>(data)->close(socket);
  }
  /// At least once a second, also while it waits; not 0 ends the transfer.
  static int progressed(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Server*>(data)->abandoned_.load(std::memory_order_acquire) ? 1 : 0;
  }

  CURL* handle_ = nullptr;
  Sockets sockets_;
  std::string_view rest_;  // of the text under way
  Dialogue dialogue_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  bool kept_connection_was_lost_ = false;
  std::atomic<bool> abandoned_{false};
};

}  // namespace

std::unique_ptr<Transport> make_smtp_transport(const Settings& settings) {
  return std::make_unique<Server>(settings);
}

}  // namespace smtp
