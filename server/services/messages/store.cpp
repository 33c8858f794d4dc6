#include "services/messages/store.h"

namespace lyceum::messages::store {
namespace {

#define MESSAGE                                                                             \
  "SELECT id, channel_id, author_id, content, seq, version, created_at, edited_at, deleted" \
  " FROM messages_messages"

v1::Message read_message(const Row& row) {
  v1::Message message;
  message.set_id(row.integer(0));
  message.set_channel_id(row.integer(1));
  message.mutable_author()->set_id(row.integer(2));
  message.set_content(row.text(3));
  message.set_seq(row.integer(4));
  message.set_version(row.integer(5));
  message.set_created_at(row.integer(6));
  if (!row.is_null(7)) message.set_edited_at(row.integer(7));
  if (row.boolean(8)) message.set_deleted(true);
  return message;
}

}  // namespace

Result<std::optional<Place>> next_place(Tx& tx,
                                        std::int64_t channel_id,
                                        std::int64_t id,
                                        std::int64_t step) {
  TRY(const auto places,
      tx.all("INSERT INTO messages_channels (channel_id, last_seq, last_id) VALUES ($1, 1, $2)"
             " ON CONFLICT (channel_id) DO UPDATE SET last_seq = messages_channels.last_seq + 1,"
             " last_id = CASE WHEN messages_channels.last_id < $2 THEN $2"
             " ELSE messages_channels.last_id + $3 END"
             " WHERE messages_channels.category = 0 RETURNING last_seq, last_id",
             {channel_id, id, step},
             [](const Row& row) { return Place{row.integer(0), row.integer(1)}; }));
  if (places.empty()) return std::optional<Place>();
  return std::optional(places.front());
}

Result<bool> insert_message(Tx& tx, const v1::Message& message) {
  TRY(const auto rows,
      tx.exec("INSERT INTO messages_messages (id, channel_id, author_id, content, seq, version, "
              "created_at)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
              {message.id(), message.channel_id(), message.author().id(), message.content(),
               message.seq(), message.version(), message.created_at()}));
  return rows == 1;
}

Result<void> close_to_messages(Tx& tx, std::int64_t channel_id) {
  TRY_VOID(
      tx.exec("INSERT INTO messages_channels (channel_id, last_seq, last_id, category)"
              " VALUES ($1, 0, 0, 1) ON CONFLICT (channel_id) DO UPDATE SET category = 1",
              {channel_id}));
  return {};
}

Result<v1::Message> message_by_id(Tx& tx, std::int64_t message_id) {
  auto found = tx.one(MESSAGE " WHERE id = $1", {message_id}, read_message);
  if (!found && found.error().code == Code::not_found)
    return fail(Code::not_found, "no_such_message", "there is no such message");
  return found;
}

Result<bool> has_message(Tx& tx, std::int64_t channel_id, std::int64_t message_id) {
  TRY(const auto rows, tx.all("SELECT 1 FROM messages_messages WHERE id = $2 AND channel_id = $1",
                              {channel_id, message_id}, [](const Row&) { return true; }));
  return !rows.empty();
}

Result<std::vector<v1::Message>> messages_below(Tx& tx,
                                                std::int64_t channel_id,
                                                std::int64_t pivot,
                                                int limit) {
  return tx.all(MESSAGE
                " WHERE channel_id = $1 AND deleted = 0 AND id < $2 ORDER BY id DESC LIMIT $3",
                {channel_id, pivot, limit}, read_message);
}

Result<std::vector<v1::Message>> messages_from(Tx& tx,
                                               std::int64_t channel_id,
                                               std::int64_t pivot,
                                               int limit) {
  return tx.all(MESSAGE " WHERE channel_id = $1 AND deleted = 0 AND id >= $2 ORDER BY id LIMIT $3",
                {channel_id, pivot, limit}, read_message);
}

Result<std::vector<v1::Message>> messages_after_seq(Tx& tx,
                                                    std::int64_t channel_id,
                                                    std::int64_t seq,
                                                    int limit) {
  return tx.all(MESSAGE " WHERE channel_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                {channel_id, seq, limit}, read_message);
}

Result<bool> edit_message(Tx& tx,
                          std::int64_t message_id,
                          std::string_view content,
                          std::int64_t now) {
  TRY(const auto rows,
      tx.exec("UPDATE messages_messages SET content = $2, edited_at = $3, version = version + 1"
              " WHERE id = $1 AND deleted = 0 AND content <> $2",
              {message_id, content, now}));
  return rows == 1;
}

Result<bool> delete_message(Tx& tx, std::int64_t message_id) {
  TRY(const auto rows, tx.exec("UPDATE messages_messages SET content = '', deleted = 1,"
                               " version = version + 1 WHERE id = $1 AND deleted = 0",
                               {message_id}));
  return rows == 1;
}

Result<v1::ReadState> read_state(Tx& tx, std::int64_t user_id, std::int64_t channel_id) {
  v1::ReadState state;
  state.set_channel_id(channel_id);
  TRY_VOID(
      tx.each("SELECT c.last_id, c.last_seq, COALESCE(r.last_read_id, 0) FROM messages_channels c"
              " LEFT JOIN messages_reads r ON r.channel_id = c.channel_id AND r.user_id = $1"
              " WHERE c.channel_id = $2",
              {user_id, channel_id}, [&](const Row& row) {
                state.set_last_message_id(row.integer(0));
                state.set_last_seq(row.integer(1));
                state.set_last_read_id(row.integer(2));
              }));
  return state;
}

Result<bool> mark_read(Tx& tx,
                       std::int64_t user_id,
                       std::int64_t channel_id,
                       std::int64_t message_id) {
  TRY(const auto rows,
      tx.exec("INSERT INTO messages_reads (user_id, channel_id, last_read_id) VALUES ($1, $2, $3)"
              " ON CONFLICT (user_id, channel_id) DO UPDATE SET last_read_id = $3"
              " WHERE messages_reads.last_read_id < $3",
              {user_id, channel_id, message_id}));
  return rows == 1;
}

}  // namespace lyceum::messages::store
