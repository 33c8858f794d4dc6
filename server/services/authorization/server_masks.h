#pragma once
// What the tuples of one server say, as bit masks: a tuple is one bit here, so that adding and
// removing one takes the same time in a server of ten and of 100,000. Not thread-safe: index.h
// locks.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "services/authorization/facts.h"
#include "services/authorization/overwrites.h"

namespace lyceum::authorization {

struct Rights {
  std::int64_t permissions = 0;
  bool member = false;
  bool owner = false;
};

class ServerMasks {
 public:
  explicit ServerMasks(std::int64_t id) : id_(id) {}

  std::int64_t id() const { return id_; }

  // A tuple of this server, its roles or its channels. The same one twice is as once.
  void apply(const Change& change);

  // A server that is there has people.
  bool exists() const { return !members_.empty(); }

  // In the server; in one of its channels (nothing where it has no such channel).
  Rights rights(std::int64_t user_id, bool platform_administrator) const;
  Rights rights(std::int64_t user_id, bool platform_administrator, std::int64_t channel_id) const;

  std::vector<std::int64_t> channels() const;  // lowest id first
  std::vector<std::int64_t> roles() const;

  std::size_t size() const { return 1 + members_.size() + channels_.size(); }

 private:
  struct Member {
    Standing standing;
    std::vector<std::int64_t> roles;

    bool empty() const {
      return !standing.owner && !standing.member && !standing.timed_out && roles.empty();
    }
  };

  struct Role {
    std::int64_t permissions = 0;
    bool administrator = false;
    bool here = false;  // is a role of this server

    std::int64_t mask() const;

    bool empty() const { return permissions == 0 && !administrator && !here; }
  };

  struct Channel {
    Overwrite everyone;
    std::unordered_map<std::int64_t, Overwrite> roles;
    std::unordered_map<std::int64_t, Overwrite> members;
  };

  void apply_to_member(const Change& change);
  void apply_to_role(const Change& change);
  void apply_to_channel(const Change& change);
  void forget_role(std::int64_t role_id);
  std::int64_t of_roles(const Member& member) const;
  Overwrites overwrites(std::int64_t user_id, const Member& member, const Channel& channel) const;
  const Member& member(std::int64_t user_id) const;

  std::int64_t id_;
  bool everyone_ = false;  // the members have the role of the server's id
  std::unordered_map<std::int64_t, Member> members_;  // and whoever else has something here
  std::unordered_map<std::int64_t, Role> roles_;
  std::unordered_map<std::int64_t, Channel> channels_;
};

}  // namespace lyceum::authorization
