#pragma once
// Files that clients of Jobe's API leave here to be named by later runs. In memory: a client that
// is told 404 sends its files again. An id is whatever the client says, often a hash that nobody
// checks, so each user has files of its own.

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace lyceum::runner::compat {

class FileStore {
 public:
  // Bytes, each file with some more for its place.
  struct Limits {
    std::int64_t of_user = 16 << 20;
    std::int64_t of_all = 64 << 20;
  };

  FileStore() = default;

  explicit FileStore(Limits limits) : limits_(limits) {}

  // Those not used for longest make room: first the user's own, then anybody's. False: it is larger
  // than all that a user may have.
  bool put(std::int64_t user_id, const std::string& id, std::string content);
  // Null when there is none.
  std::shared_ptr<const std::string> find(std::int64_t user_id, const std::string& id);
  std::int64_t bytes() const;

 private:
  using Key = std::pair<std::int64_t, std::string>;

  struct File {
    Key key;
    std::shared_ptr<const std::string> content;
  };

  using Files = std::list<File>;  // the least recently used first

  static std::int64_t size_of(const File& file);
  void remove(Files::iterator file);
  void make_room(std::int64_t user_id, std::int64_t size);

  const Limits limits_;
  mutable std::mutex mutex_;
  Files files_;
  std::map<Key, Files::iterator> by_key_;
  std::map<std::int64_t, std::int64_t> of_user_;  // bytes
  std::int64_t bytes_ = 0;
};

}  // namespace lyceum::runner::compat
