#include "edge/app/banner.h"

#include <fmt/format.h>

namespace edge {

std::string render(const Banner& banner) {
  return fmt::format(R"(
  The order engine, with everything embedded: Kafka is librdkafka's mock cluster, Redis a child process.
  Nothing survives exit but the mails.

    the desk     {url}/
    mails        {data}/outbox
    place one    curl -si {url}/create-order --json '{{"userId":"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2","userEmail":"you@example.com","item":"keyboard","amount":49.99}}'
    look at it   curl -s {url}/v1/orders/<orderId>
    the topic    kcat -b {brokers} -t {topic} -C -o beginning -q -X fetch.wait.max.ms=2 -f '%o %s\n'
    stop         Ctrl-C

)",
                     fmt::arg("url", fmt::format("http://127.0.0.1:{}", banner.port)),
                     fmt::arg("data", banner.data), fmt::arg("brokers", banner.brokers),
                     fmt::arg("topic", banner.topic));
}

}  // namespace edge
