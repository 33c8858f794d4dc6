#pragma once
// Every SQL statement about servers, their members and channels.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/db.h"
#include "contract/servers.pb.h"

namespace lyceum::servers::store {

// `member` is of this user; permissions are authorization's. not_found "no_such_server".
Result<v1::Server> server_by_id(Tx& tx, std::int64_t server_id, std::int64_t user_id);
// Public ones whose folded text is LIKE the pattern, newest first, below the id `before` (0: all).
Result<std::vector<v1::Server>> public_servers_before(
    Tx& tx, std::int64_t user_id, std::string_view pattern, std::int64_t before, int limit);
// In the order of joining.
Result<std::vector<v1::Server>> servers_of(Tx& tx, std::int64_t user_id);
Result<void> insert_server(Tx& tx, const v1::Server& server);

struct Change {
  std::int64_t version = 0;
  std::int64_t member_count = 0;  // after it
};

// Counts a change of the server, whose row stays locked for the rest of the transaction.
Result<Change> next_change(Tx& tx, std::int64_t server_id, int members_more);

Result<bool> is_member(Tx& tx, std::int64_t server_id, std::int64_t user_id);
// False: is one already.
Result<bool> insert_member(
    Tx& tx, std::int64_t server_id, std::int64_t user_id, std::int64_t id, std::int64_t now);
// False: is none.
Result<bool> delete_member(Tx& tx, std::int64_t server_id, std::int64_t user_id);
// False: is in `max` servers already, and nothing was written.
Result<bool> count_membership(Tx& tx, std::int64_t user_id, int max);
Result<void> uncount_membership(Tx& tx, std::int64_t user_id);

struct Member {
  std::int64_t id = 0;  // order of joining
  std::int64_t user_id = 0;
  std::int64_t joined_at = 0;
};

Result<std::vector<Member>> members_after(Tx& tx,
                                          std::int64_t server_id,
                                          std::int64_t after,
                                          int limit);

// By position.
Result<std::vector<v1::Channel>> channels_of(Tx& tx, std::int64_t server_id);
// Puts it behind the others: its position is set.
Result<void> insert_channel(Tx& tx, v1::Channel& channel);
Result<std::int64_t> count_channels(Tx& tx, std::int64_t server_id);
Result<bool> is_category(Tx& tx, std::int64_t server_id, std::int64_t channel_id);

}  // namespace lyceum::servers::store
