#pragma once
// Every SQL statement about messages. Of an author there is only the id.

#include <optional>
#include <string_view>
#include <vector>

#include "base/db.h"
#include "contract/messages.pb.h"

namespace lyceum::messages::store {

struct Place {
  std::int64_t seq = 0;
  std::int64_t id = 0;
};

// The next place in a channel, with `id` or, where that would not be the greatest, one that lies
// `step` above the last. The channel stays locked for the rest of the transaction. Nothing: it is a
// category.
Result<std::optional<Place>> next_place(Tx& tx,
                                        std::int64_t channel_id,
                                        std::int64_t id,
                                        std::int64_t step);
// False: the id is taken, and nothing was written.
Result<bool> insert_message(Tx& tx, const v1::Message& message);
Result<void> close_to_messages(Tx& tx, std::int64_t channel_id);

// Deleted ones too; not_found "no_such_message".
Result<v1::Message> message_by_id(Tx& tx, std::int64_t message_id);
Result<bool> has_message(Tx& tx, std::int64_t channel_id, std::int64_t message_id);
// Living ones: below `pivot`, newest first; from it on, oldest first.
Result<std::vector<v1::Message>> messages_below(Tx& tx,
                                                std::int64_t channel_id,
                                                std::int64_t pivot,
                                                int limit);
Result<std::vector<v1::Message>> messages_from(Tx& tx,
                                               std::int64_t channel_id,
                                               std::int64_t pivot,
                                               int limit);
// Deleted ones too, oldest first.
Result<std::vector<v1::Message>> messages_after_seq(Tx& tx,
                                                    std::int64_t channel_id,
                                                    std::int64_t seq,
                                                    int limit);

// False: it is deleted, or says that already.
Result<bool> edit_message(Tx& tx,
                          std::int64_t message_id,
                          std::string_view content,
                          std::int64_t now);
// False: it is deleted already.
Result<bool> delete_message(Tx& tx, std::int64_t message_id);

// Zeros where nothing was said or read.
Result<v1::ReadState> read_state(Tx& tx, std::int64_t user_id, std::int64_t channel_id);
// False: as far was read before.
Result<bool> mark_read(Tx& tx,
                       std::int64_t user_id,
                       std::int64_t channel_id,
                       std::int64_t message_id);

}  // namespace lyceum::messages::store
