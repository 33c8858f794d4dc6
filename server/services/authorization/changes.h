#pragma once
// What one transaction does to tuples: whether it may, who must be told, and what the index gets.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/call.h"
#include "base/events.h"
#include "contract/authorization.pb.h"
#include "services/authorization/facts.h"

namespace lyceum::authorization {

class Changes {
 public:
  // A tuple that was not there, or that was there. `field`: where the request has it.
  void added(const v1::Tuple& tuple, std::string field);
  void removed(const v1::Tuple& tuple);

  // To be called when all tuples are in. Refuses what needs a look at other tuples: a second server
  // for a role or channel, and roles and channels that the server does not have.
  Result<void> check(Tx& tx);

  // RolesChanged and PermissionsChanged, one for each distinct one.
  Result<void> publish(Tx& tx, const Call& call, Events& events);

  // For the index. A role or channel that comes to a server brings the tuples that it has already.
  Result<std::vector<Change>> for_index(Tx& tx) const;

 private:
  struct Item {
    v1::Tuple tuple;
    Change change;
    std::string field;
  };

  Result<void> check(Tx& tx, const Item& item);
  Result<void> check_role(Tx& tx, const Item& item, std::int64_t server_id);
  Result<std::int64_t> server_of(Tx& tx, const std::string& type, std::int64_t id);
  Result<std::int64_t> server_of(Tx& tx, const Fact& fact);
  Result<std::vector<v1::PermissionsChanged>> events(Tx& tx);

  std::vector<Item> items_;
  std::map<std::pair<std::string, std::int64_t>, std::int64_t> servers_;  // of roles and channels
};

}  // namespace lyceum::authorization
