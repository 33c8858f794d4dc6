#include "services/messages/people.h"

namespace lyceum::messages {
namespace {

// For processes of a cluster that the event did not reach.
constexpr std::int64_t kept_ms = 60'000;

}  // namespace

People::People(const Clock& clock, account::v1::AccountApi& account, std::size_t max)
    : clock_(clock), account_(account), max_(max) {}

People::ById People::remembered(std::vector<std::int64_t>& user_ids) {
  ById known;
  const std::int64_t now = clock_.now_ms();
  std::erase_if(user_ids, [&](std::int64_t id) {
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.until_ms <= now) return false;
    known[id] = found->second.person;
    return true;
  });
  return known;
}

void People::remember(const lyceum::v1::Person& person, std::int64_t epoch) {
  if (epoch != epoch_ || max_ == 0) return;
  const auto [found, fresh] = entries_.try_emplace(person.id());
  if (fresh)
    found->second.age = ages_.insert(ages_.end(), person.id());
  else
    ages_.splice(ages_.end(), ages_, found->second.age);
  found->second.person = person;
  found->second.until_ms = clock_.now_ms() + kept_ms;
  if (entries_.size() <= max_) return;
  entries_.erase(ages_.front());
  ages_.pop_front();
}

Task<Result<People::ById>> People::find(Call call, std::vector<std::int64_t> user_ids) {
  ById people;
  std::int64_t epoch = 0;
  {
    const std::scoped_lock lock(mutex_);
    people = remembered(user_ids);
    epoch = epoch_;
  }
  if (user_ids.empty()) co_return people;
  account::v1::ListPeopleRequest request;
  for (const auto id : user_ids) request.add_user_ids(id);
  CO_TRY(const auto answer,
         co_await account_.list_people(Call::of_service(call.trace()), std::move(request)));
  const std::scoped_lock lock(mutex_);
  for (const auto& person : answer.people()) {
    people[person.id()] = person;
    remember(person, epoch);
  }
  for (const auto id : user_ids) people[id].set_id(id);
  co_return people;
}

Task<Result<lyceum::v1::Person>> People::find_one(Call call, std::int64_t user_id) {
  CO_TRY(auto people, co_await find(std::move(call), {user_id}));
  co_return std::move(people[user_id]);
}

void People::forget(std::int64_t user_id) {
  const std::scoped_lock lock(mutex_);
  ++epoch_;
  const auto found = entries_.find(user_id);
  if (found == entries_.end()) return;
  ages_.erase(found->second.age);
  entries_.erase(found);
}

}  // namespace lyceum::messages
