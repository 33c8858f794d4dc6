#include "services/authorization/authorization.h"
#include "services/authorization/store.h"

namespace lyceum::authorization {
namespace {

// How often a server is loaded for one question: more than once only if others push it out
// meanwhile.
constexpr int loads_max = 5;

std::unexpected<Error> busy() {
  return fail(Error{Code::unavailable,
                    "index_busy",
                    "more servers are asked about than fit into memory; try again",
                    {},
                    1000});
}

}  // namespace

// The change to the index comes before the snapshot: SQLite takes it at the first statement.
Task<Result<void>> Authorization::load(std::vector<std::int64_t> server_ids) {
  co_return co_await db_.read_long([&](Tx& tx) -> Result<void> {
    Index::Loading loading(index_);
    std::optional<std::unordered_set<std::int64_t>> administrators;
    if (!index_.knows_platform()) {
      TRY(administrators, store::administrators(tx));
    }
    std::vector<ServerMasks> servers;
    for (const std::int64_t id : server_ids) {
      if (index_.knows(id)) continue;  // whoever waited here before us has loaded it
      TRY(auto masks, store::server_masks(tx, id));
      servers.push_back(std::move(masks));
    }
    loading.finish(std::move(servers), std::move(administrators));
    return {};
  });
}

Task<Result<std::int64_t>> Authorization::load_server_of(std::int64_t channel_id) {
  CO_TRY(const auto servers,
         co_await db_.read([&](Tx& tx) { return store::servers_of(tx, "channel", channel_id); }));
  if (servers.empty()) co_return 0;
  CO_TRY_VOID(co_await load(servers));
  co_return servers.front();
}

Task<Result<Index::Answer>> Authorization::in_server(std::int64_t user_id, std::int64_t server_id) {
  for (int loads = 0; loads <= loads_max; ++loads) {
    if (const auto known = index_.in_server(user_id, server_id)) co_return *known;
    CO_TRY_VOID(co_await load({server_id}));
  }
  co_return busy();
}

Task<Result<Index::Answer>> Authorization::in_channel(std::int64_t user_id,
                                                      std::int64_t channel_id) {
  std::int64_t server_id = 0;
  for (int loads = 0; loads <= loads_max; ++loads) {
    if (const auto known = index_.in_channel(user_id, channel_id, server_id)) co_return *known;
    CO_TRY(server_id, co_await load_server_of(channel_id));
    if (server_id == 0) co_return Index::Answer{};
  }
  co_return busy();
}

Task<Result<api::ServerPermissions>> Authorization::everywhere(std::int64_t user_id,
                                                               std::int64_t server_id) {
  for (int loads = 0; loads <= loads_max; ++loads) {
    if (auto known = index_.everywhere(user_id, server_id)) co_return std::move(*known);
    CO_TRY_VOID(co_await load({server_id}));
  }
  co_return busy();
}

}  // namespace lyceum::authorization
