#include "services/servers/store.h"

#include "services/servers/rules.h"

namespace lyceum::servers::store {
namespace {

#define SERVER                                                \
  "SELECT s.id, s.name, s.description, s.public, s.owner_id," \
  " s.member_count, s.created_at, m.user_id IS NOT NULL"      \
  " FROM servers_servers s"                                   \
  " LEFT JOIN servers_members m ON m.server_id = s.id AND m.user_id = "

v1::Server read_server(const Row& row) {
  v1::Server server;
  server.set_id(row.integer(0));
  server.set_name(row.text(1));
  server.set_description(row.text(2));
  server.set_public_(row.boolean(3));
  server.set_owner_id(row.integer(4));
  server.set_member_count(row.integer(5));
  server.set_created_at(row.integer(6));
  server.set_member(row.boolean(7));
  return server;
}

v1::Channel read_channel(const Row& row) {
  v1::Channel channel;
  channel.set_id(row.integer(0));
  channel.set_server_id(row.integer(1));
  channel.set_type(row.text(2));
  channel.set_name(row.text(3));
  channel.set_topic(row.text(4));
  if (!row.is_null(5)) channel.set_parent_id(row.integer(5));
  channel.set_position(static_cast<std::int32_t>(row.integer(6)));
  channel.set_created_at(row.integer(7));
  return channel;
}

Result<bool> any(Tx& tx, std::string_view sql, std::initializer_list<Value> args) {
  TRY(const auto rows, tx.all(sql, args, [](const Row&) { return true; }));
  return !rows.empty();
}

}  // namespace

Result<v1::Server> server_by_id(Tx& tx, std::int64_t server_id, std::int64_t user_id) {
  auto found = tx.one(SERVER "$2 WHERE s.id = $1", {server_id, user_id}, read_server);
  if (!found && found.error().code == Code::not_found)
    return fail(Code::not_found, "no_such_server", "there is no such server");
  return found;
}

Result<std::vector<v1::Server>> public_servers_before(
    Tx& tx, std::int64_t user_id, std::string_view pattern, std::int64_t before, int limit) {
  return tx.all(SERVER
                "$1 WHERE s.public = 1 AND ($2 = 0 OR s.id < $2) AND s.folded LIKE $3 ESCAPE '\\'"
                " ORDER BY s.id DESC LIMIT $4",
                {user_id, before, pattern, limit}, read_server);
}

Result<std::vector<v1::Server>> servers_of(Tx& tx, std::int64_t user_id) {
  return tx.all(
      "SELECT s.id, s.name, s.description, s.public, s.owner_id, s.member_count, s.created_at, 1"
      " FROM servers_members m JOIN servers_servers s ON s.id = m.server_id"
      " WHERE m.user_id = $1 ORDER BY m.id",
      {user_id}, read_server);
}

Result<void> insert_server(Tx& tx, const v1::Server& server) {
  TRY_VOID(tx.exec(
      "INSERT INTO servers_servers (id, name, description, folded, public, owner_id, member_count,"
      " version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
      {server.id(), server.name(), server.description(),
       rules::folded(server.name() + "\n" + server.description()), server.public_(),
       server.owner_id(), server.member_count(), server.created_at()}));
  return {};
}

Result<Change> next_change(Tx& tx, std::int64_t server_id, int members_more) {
  return tx.one(
      "UPDATE servers_servers SET version = version + 1, member_count = member_count + $2"
      " WHERE id = $1 RETURNING version, member_count",
      {server_id, members_more},
      [](const Row& row) { return Change{row.integer(0), row.integer(1)}; });
}

Result<bool> is_member(Tx& tx, std::int64_t server_id, std::int64_t user_id) {
  return any(tx, "SELECT 1 FROM servers_members WHERE server_id = $1 AND user_id = $2",
             {server_id, user_id});
}

Result<bool> insert_member(
    Tx& tx, std::int64_t server_id, std::int64_t user_id, std::int64_t id, std::int64_t now) {
  TRY(const auto rows,
      tx.exec("INSERT INTO servers_members (server_id, user_id, id, joined_at)"
              " VALUES ($1, $2, $3, $4) ON CONFLICT (server_id, user_id) DO NOTHING",
              {server_id, user_id, id, now}));
  return rows == 1;
}

Result<bool> delete_member(Tx& tx, std::int64_t server_id, std::int64_t user_id) {
  TRY(const auto rows, tx.exec("DELETE FROM servers_members WHERE server_id = $1 AND user_id = $2",
                               {server_id, user_id}));
  return rows == 1;
}

Result<bool> count_membership(Tx& tx, std::int64_t user_id, int max) {
  TRY_VOID(
      tx.exec("INSERT INTO servers_users (user_id, memberships) VALUES ($1, 0)"
              " ON CONFLICT (user_id) DO NOTHING",
              {user_id}));
  TRY(const auto rows, tx.exec("UPDATE servers_users SET memberships = memberships + 1"
                               " WHERE user_id = $1 AND memberships < $2",
                               {user_id, max}));
  return rows == 1;
}

Result<void> uncount_membership(Tx& tx, std::int64_t user_id) {
  TRY_VOID(tx.exec("UPDATE servers_users SET memberships = memberships - 1 WHERE user_id = $1",
                   {user_id}));
  return {};
}

Result<std::vector<Member>> members_after(Tx& tx,
                                          std::int64_t server_id,
                                          std::int64_t after,
                                          int limit) {
  return tx.all(
      "SELECT id, user_id, joined_at FROM servers_members"
      " WHERE server_id = $1 AND id > $2 ORDER BY id LIMIT $3",
      {server_id, after, limit},
      [](const Row& row) { return Member{row.integer(0), row.integer(1), row.integer(2)}; });
}

#define CHANNEL "id, server_id, type, name, topic, parent_id, position, created_at"

Result<std::vector<v1::Channel>> channels_of(Tx& tx, std::int64_t server_id) {
  return tx.all("SELECT " CHANNEL
                " FROM servers_channels WHERE server_id = $1 ORDER BY position, id",
                {server_id}, read_channel);
}

Result<void> insert_channel(Tx& tx, v1::Channel& channel) {
  TRY(const auto position,
      tx.one("SELECT COALESCE(MAX(position) + 1, 0) FROM servers_channels"
             " WHERE server_id = $1",
             {channel.server_id()}, [](const Row& row) { return row.integer(0); }));
  channel.set_position(static_cast<std::int32_t>(position));
  TRY_VOID(
      tx.exec("INSERT INTO servers_channels (" CHANNEL ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
              {channel.id(), channel.server_id(), channel.type(), channel.name(), channel.topic(),
               channel.has_parent_id() ? Value(channel.parent_id()) : Value(nullptr), position,
               channel.created_at()}));
  return {};
}

Result<std::int64_t> count_channels(Tx& tx, std::int64_t server_id) {
  return tx.one("SELECT COUNT(*) FROM servers_channels WHERE server_id = $1", {server_id},
                [](const Row& row) { return row.integer(0); });
}

Result<bool> is_category(Tx& tx, std::int64_t server_id, std::int64_t channel_id) {
  return any(
      tx, "SELECT 1 FROM servers_channels WHERE id = $2 AND server_id = $1 AND type = 'category'",
      {server_id, channel_id});
}

}  // namespace lyceum::servers::store
