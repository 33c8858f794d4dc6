#pragma once
// Who people are, as account says; remembered for a minute at most, until account says that
// somebody is another now. Thread-safe.

#include <list>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/call.h"
#include "base/clock.h"
#include "contract/account.rpc.h"

namespace lyceum::messages {

class People {
 public:
  using ById = std::unordered_map<std::int64_t, lyceum::v1::Person>;

  People(const Clock& clock, account::v1::AccountApi& account, std::size_t max);

  // Of whom account knows nothing (yet) there is only the id. At most 1,000 at once.
  Task<Result<ById>> find(Call call, std::vector<std::int64_t> user_ids);
  Task<Result<lyceum::v1::Person>> find_one(Call call, std::int64_t user_id);

  void forget(std::int64_t user_id);

 private:
  struct Entry {
    lyceum::v1::Person person;
    std::int64_t until_ms = 0;
    std::list<std::int64_t>::iterator age;
  };

  // Gives the ones that are remembered and leaves the others in `user_ids`.
  ById remembered(std::vector<std::int64_t>& user_ids);
  void remember(const lyceum::v1::Person& person, std::int64_t epoch);

  const Clock& clock_;
  account::v1::AccountApi& account_;
  const std::size_t max_;
  std::mutex mutex_;
  std::unordered_map<std::int64_t, Entry> entries_;
  std::list<std::int64_t> ages_;  // oldest first
  std::int64_t epoch_ = 0;        // rises with forget(): an answer asked for before is not kept
};

}  // namespace lyceum::messages
