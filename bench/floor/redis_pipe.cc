#include "bench/floor/redis_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "edge/redis/batch_script.h"
#include "engine/ensure.h"

namespace bare {

RedisPipe::~RedisPipe() {
  if (context_ != nullptr) redisFree(context_);
}

bool RedisPipe::connect(const redis::Url& url) {
  context_ =
      url.unix_socket ? redisConnectUnix(url.place.c_str()) : redisConnect(url.place.c_str(), url.port);
  if (context_ == nullptr || context_->err != 0) return false;
  return fcntl(context_->fd, F_SETFL, fcntl(context_->fd, F_GETFL) | O_NONBLOCK) == 0;
}

void RedisPipe::set(std::string_view key, std::string_view value, std::string_view keep_seconds,
                    void* opaque) {
  redis::format_command({"SET", key, value, "EX", keep_seconds}, out_);
  waiting_.push_back(opaque);
}

void RedisPipe::get(std::string_view key, void* opaque) {
  redis::format_command({"GET", key}, out_);
  waiting_.push_back(opaque);
}

bool RedisPipe::flush() {
  while (written_ < out_.size()) {
    const ssize_t count = write(context_->fd, out_.data() + written_, out_.size() - written_);
    if (count < 0 && errno == EAGAIN) return false;
    ENSURE(count > 0);
    written_ += static_cast<std::size_t>(count);
  }
  out_.clear();
  written_ = 0;
  return true;
}

void RedisPipe::read_some() {
  char bytes[std::size_t{1} << 16];
  for (;;) {
    const ssize_t count = read(context_->fd, bytes, sizeof bytes);
    if (count < 0 && errno == EAGAIN) return;
    ENSURE(count > 0);
    ENSURE(redisReaderFeed(context_->reader, bytes, static_cast<std::size_t>(count)) == REDIS_OK);
    if (static_cast<std::size_t>(count) < sizeof bytes) return;
  }
}

void* RedisPipe::next() {
  void* reply = nullptr;
  ENSURE(redisReaderGetReply(context_->reader, &reply) == REDIS_OK);
  return reply;
}

}  // namespace bare
