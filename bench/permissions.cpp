// What a permission check in memory costs: servers with 40 channels each, 8 roles, 4 roles a member
// and 12 overwrites a channel; random users in random channels.
#include <benchmark/benchmark.h>
#include <random>

#include "services/authorization/index.h"

namespace {

using namespace lyceum::authorization;

constexpr std::int64_t servers = 200, channels = 40, members = 1'000, roles = 8;

std::int64_t channel_id(std::int64_t server, std::int64_t n) {
  return server * 1'000'000 + 10'000 + n;
}

std::int64_t role_id(std::int64_t server, std::int64_t n) {
  return server * 1'000'000 + 20'000 + n;
}

ServerMasks make(std::int64_t server, std::int64_t of_members, std::mt19937_64& random) {
  ServerMasks masks(server);
  const auto add = [&](Kind kind, std::int64_t entity, std::int64_t subject,
                       std::int64_t permission = 0) {
    masks.apply({{kind, entity, subject, permission, random() % 2 == 0}, true});
  };
  add(Kind::everyone, server, server);
  add(Kind::base, server, server, v1::VIEW_CHANNEL);
  for (std::int64_t role = 0; role < roles; ++role) {
    add(Kind::role_server, role_id(server, role), server);
    add(Kind::base, server, role_id(server, role), v1::SEND_MESSAGES);
  }
  for (std::int64_t user = 1; user <= of_members; ++user) {
    add(Kind::member, server, user);
    for (int i = 0; i < 4; ++i)
      add(Kind::assignee, role_id(server, static_cast<std::int64_t>(random() % roles)), user);
  }
  for (std::int64_t n = 0; n < channels; ++n) {
    add(Kind::channel_server, channel_id(server, n), server);
    add(Kind::everyone_overwrite, channel_id(server, n), server, v1::SEND_MESSAGES);
    for (std::int64_t role = 0; role < roles; ++role)
      add(Kind::role_overwrite, channel_id(server, n), role_id(server, role), v1::SEND_MESSAGES);
    for (int i = 0; i < 3; ++i)
      add(Kind::member_overwrite, channel_id(server, n),
          static_cast<std::int64_t>(random() % members), v1::VIEW_CHANNEL);
  }
  return masks;
}

Index& index() {
  static Index made(10'000'000);
  static const bool loaded = [] {
    std::mt19937_64 random(1);
    std::vector<ServerMasks> all;
    for (std::int64_t server = 1; server <= servers; ++server)
      all.push_back(make(server, members, random));
    all.push_back(make(servers + 1, 100'000, random));
    Index::Loading(made).finish(std::move(all), std::unordered_set<std::int64_t>{});
    return true;
  }();
  benchmark::DoNotOptimize(loaded);
  return made;
}

void in_channel(benchmark::State& state) {
  Index& of = index();
  std::mt19937_64 random(static_cast<std::uint64_t>(state.thread_index()) + 2);
  for (auto _ : state) {
    const auto server = 1 + static_cast<std::int64_t>(random() % servers);
    const auto user = 1 + static_cast<std::int64_t>(random() % members);
    benchmark::DoNotOptimize(
        of.in_channel(user, channel_id(server, static_cast<std::int64_t>(random() % channels))));
  }
}

void one_channel(benchmark::State& state) {
  Index& of = index();
  std::int64_t user = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(of.in_channel(1 + user++ % members, channel_id(1, 1)));
}

void join_and_leave(benchmark::State& state) {
  Index& of = index();
  bool joins = true;
  for (auto _ : state) {
    of.apply(std::vector<Change>{{{Kind::member, servers + 1, 200'000, 0, false}, joins}});
    joins = !joins;
  }
}

// What one change of a server of 100,000 costs when 1,000 of them are looking.
void everywhere_of_1000(benchmark::State& state) {
  Index& of = index();
  for (auto _ : state)
    for (std::int64_t user = 1; user <= 1'000; ++user)
      benchmark::DoNotOptimize(of.everywhere(user, servers + 1));
}

BENCHMARK(in_channel)->Threads(1)->Threads(2);
BENCHMARK(one_channel)->Threads(1)->Threads(2);
BENCHMARK(join_and_leave);
BENCHMARK(everywhere_of_1000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
