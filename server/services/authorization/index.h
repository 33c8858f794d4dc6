#pragma once
// The servers in use as bit masks in memory, derived from the tuples. A server is read from the
// database when it is first asked about; from then on every committed change is applied to it
// before the writer is answered, so that nothing older than an answered write is ever seen. Safe
// for all threads: many readers, one writer.

#include <atomic>
#include <list>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "contract/authorization.pb.h"
#include "services/authorization/server_masks.h"
#include "services/authorization/writer_first_mutex.h"

namespace lyceum::authorization {

class Index {
 public:
  struct Answer {
    std::int64_t server_id = 0;  // 0: there is no such server or channel
    Rights rights;
  };

  // Keeps so many members and channels, all servers together; the servers least used go first.
  explicit Index(std::int64_t limit) : limit_(limit) {}

  // Each of these is null when the server is not in memory: load it and ask again.
  std::optional<Answer> in_server(std::int64_t user_id, std::int64_t server_id) const;
  // `server_id`: where the database says that the channel is, 0 when nobody has asked it. If that
  // server is in memory and has no such channel, then there is none.
  std::optional<Answer> in_channel(std::int64_t user_id,
                                   std::int64_t channel_id,
                                   std::int64_t server_id = 0) const;
  // The server, and every channel that the user may view.
  std::optional<v1::ServerPermissions> everywhere(std::int64_t user_id,
                                                  std::int64_t server_id) const;

  bool knows(std::int64_t server_id) const;
  bool knows_platform() const;
  std::int64_t size() const;

  // The changes of a transaction, after its commit and in the order of commits.
  void apply(std::span<const Change> changes);

  // Reading tuples from the database into the index, by one thread at a time. Changes that are
  // committed meanwhile are kept and repeated on what was read, so it does not matter which of them
  // the reader has seen.
  class Loading {
   public:
    explicit Loading(Index& index);
    ~Loading();
    Loading(const Loading&) = delete;
    Loading& operator=(const Loading&) = delete;

    // To be called once, at the end.
    void finish(std::vector<ServerMasks> servers,
                std::optional<std::unordered_set<std::int64_t>> administrators);

   private:
    Index& index_;
    std::scoped_lock<std::mutex> one_at_a_time_;
  };

 private:
  struct Entry {
    explicit Entry(ServerMasks read) : masks(std::move(read)) {}

    ServerMasks masks;
    std::list<std::int64_t>::iterator place;
    mutable std::atomic<bool> used = true;  // since eviction last came by

    void touch() const {
      if (!used.load(std::memory_order_relaxed)) used.store(true, std::memory_order_relaxed);
    }
  };

  const Entry* find(std::int64_t server_id) const;
  const Entry* find_channel(std::int64_t channel_id) const;

  bool administers(std::int64_t user_id) const { return administrators_.contains(user_id); }

  static Answer answer(const Entry& entry, const Rights& rights);

  Entry* entry_of(const Fact& fact);
  void apply_one(const Change& change);
  void insert(ServerMasks masks);
  void erase(std::int64_t server_id);
  void evict();

  const std::int64_t limit_;
  std::mutex loading_;
  mutable WriterFirstMutex mutex_;  // of all that follows
  bool is_loading_ = false;
  std::vector<Change> meanwhile_;  // applied since the loading began
  bool knows_platform_ = false;
  std::unordered_set<std::int64_t> administrators_;
  std::unordered_map<std::int64_t, Entry> servers_;
  std::unordered_map<std::int64_t, Entry*> channels_;  // of the servers above
  std::unordered_map<std::int64_t, Entry*> roles_;
  std::list<std::int64_t> order_;  // of eviction: the last is looked at first
  std::int64_t size_ = 0;
};

}  // namespace lyceum::authorization
