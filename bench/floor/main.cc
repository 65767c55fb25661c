// floor: what an order costs when nothing is done but the work itself: one thread takes it over HTTP, produces its five
// events, writes its document to Redis once they are acknowledged, and answers. Same libraries, same bytes on the wire,
// same settings of librdkafka, same allocator as the engine; so what the engine costs beyond it is what the engine adds.
//
// It leaves out: validation, limits, deadlines, a Date in answers; handlers, stock, retries, mail; epochs, offsets that are
// checked, recovery; the checkpoint, the lists and the compare-and-set in Redis; metrics, the event stream, the page.
// A neighbour that fails ends it.
//
// Takes the engine's command line, as far as `throughput` uses it, and besides:
//   --through http|parse|render|produce|redis   orders end behind this leg (default redis)
//   --first-ack                                 answers 202 at the first ack, as the engine does
#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "bench/floor/loop.h"
#include "edge/app/settings.h"
#include "edge/app/signals.h"
#include "edge/command_line.h"
#include "edge/config/load.h"
#include "edge/kafka/mock_cluster.h"
#include "edge/redis/embedded_server.h"

namespace {

using namespace std::chrono_literals;

int fail(const std::string& what) {
  std::fprintf(stderr, "floor: %s\n", what.c_str());
  return 1;
}

/// Takes its own options out and leaves the engine's.
int take_own(CLI::App& app, bare::Legs& legs, int argc, char** argv, std::vector<const char*>& engines) {
  std::string through = "redis";
  const std::vector<std::string> names{"http", "parse", "render", "produce", "redis"};
  app.allow_extras();
  app.set_help_flag();
  app.add_option("--through", through)->check(CLI::IsMember(names));
  app.add_flag("--first-ack", legs.answer_at_first_ack);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  legs.through = static_cast<bare::Leg>(std::find(names.begin(), names.end(), through) - names.begin());
  engines.push_back(argv[0]);
  return 0;
}

int run(const edge::Config& config, const bare::Legs& legs) {
  redis::EmbeddedServer redis_server;
  redis::Url url;
  if (config.redis.url.value.empty()) {
    if (!redis_server.start(10s)) return fail(redis_server.error());
    url = redis::parse_url(redis_server.url()).url;
  } else {
    url = edge::redis_url(config).url;
  }
  kafka::MockCluster mock;
  kafka::Settings kafka = edge::kafka_settings(config, nullptr);
  if (kafka.brokers.empty()) {
    kafka.linger = config.kafka.linger;  // as the engine's over the embedded broker
    if (const auto started = mock.start(kafka.topic); !started.ok()) return fail(started.error());
    kafka.brokers = mock.brokers();
  }
  const codec::CloudEvents events(edge::event_style(config));
  bare::KafkaLog log(kafka);
  if (!log.start()) return fail("Kafka does not take a first message");
  bare::RedisPipe redis;
  if (!redis.connect(url)) return fail("Redis cannot be reached");
  const auto keep = std::chrono::duration_cast<std::chrono::seconds>(config.orders.keep);
  bare::Loop loop(legs, events, std::to_string(keep.count()), log, redis);
  if (!loop.listen(config.http.listen.host, config.http.listen.port)) return fail("cannot listen");
  loop.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  bare::Legs legs;
  CLI::App app;
  std::vector<const char*> arguments;
  if (const int wrong = take_own(app, legs, argc, argv, arguments); wrong != 0) return wrong;
  const std::vector<std::string> rest = app.remaining();
  for (const std::string& argument : rest) arguments.push_back(argument.c_str());

  const edge::CommandLine line =
      edge::parse_command_line(static_cast<int>(arguments.size()), arguments.data());
  if (line.act == edge::CommandLine::Act::print) {
    std::fputs(line.text.c_str(), line.exit_code == 0 ? stdout : stderr);
    return line.exit_code;
  }
  const edge::Loaded loaded = edge::load(
      {.file = line.config, .dev = line.dev, .sets = line.sets, .environment = edge::process_environment()});
  for (const edge::Problem& problem : loaded.problems)
    std::fprintf(stderr, "%s\n", edge::render(problem).c_str());
  if (!loaded.problems.empty()) return 78;
  if (line.act == edge::CommandLine::Act::print_config) {
    std::fputs(edge::print_config(loaded).c_str(), stdout);
    return 0;
  }
  edge::block_signals();
  return run(loaded.config, legs);
}
