#include "services/authorization/index.h"

#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "services/authorization/testing/tuples.h"

namespace lyceum::authorization {
namespace {

using testing::name;
using testing::tuple;

Change change(const v1::Tuple& of, bool added = true) {
  const auto fact = fact_of(of);
  EXPECT_TRUE(fact) << of.ShortDebugString();
  return {fact.value_or(Fact{}), added};
}

void load(Index& index, std::int64_t server_id, const std::vector<v1::Tuple>& tuples = {}) {
  ServerMasks masks(server_id);
  for (const auto& one : tuples) masks.apply(change(one));
  Index::Loading loading(index);
  loading.finish({masks}, std::unordered_set<std::int64_t>{});
}

void apply(Index& index, const v1::Tuple& of, bool added = true) {
  index.apply(std::vector{change(of, added)});
}

// A server with one owner and one channel that its members see: 4 in size with one other member.
std::vector<v1::Tuple> small_server(std::int64_t id,
                                    std::int64_t channel_id,
                                    std::int64_t user_id) {
  const auto server = name("server", id);
  const auto everyone = name("role", id);
  return {tuple(server, "owner", "user:1"),
          tuple(server, "member", "user:1"),
          tuple(server, "member", name("user", user_id)),
          tuple(everyone, "assignee", server + "#member"),
          tuple(server, "base_view_channel", everyone + "#assignee"),
          tuple(name("channel", channel_id), "server", server)};
}

// Says by sets alone, straight from the text of the tuples, what a user may do in a channel.
class Oracle {
 public:
  void set(const v1::Tuple& of, bool in) {
    std::string who = name_of(of.subject().type(), of.subject().id());
    if (!of.subject().relation().empty()) who += "#" + of.subject().relation();
    auto& subjects =
        relations_[name_of(of.entity().type(), of.entity().id()) + "#" + of.relation()];
    if (in)
      subjects.insert(who);
    else
      subjects.erase(who);
  }

  bool may(const std::string& permission,
           const std::string& user,
           const std::string& channel,
           const std::string& server) const {
    const auto within = [&](const std::string& set) { return has(set, user); };
    if (within(server + "#owner")) return true;
    if (!within(server + "#member")) return false;
    if (within(server + "#administrator")) return true;
    const auto raw = [&](const std::string& p) {
      const bool everyone = within(channel + "#ev_allow_" + p) ||
                            (within(server + "#base_" + p) && !within(channel + "#ev_deny_" + p));
      const bool roles = within(channel + "#role_allow_" + p) ||
                         (everyone && !within(channel + "#role_deny_" + p));
      return within(channel + "#mem_allow_" + p) || (roles && !within(channel + "#mem_deny_" + p));
    };
    if (permission == "administrator" || !raw("view_channel")) return false;
    if (permission == "mention_everyone" && !raw("send_messages")) return false;
    const bool kept = permission == "view_channel" || permission == "read_message_history";
    return raw(permission) && (kept || !within(server + "#timed_out"));
  }

 private:
  static std::string name_of(const std::string& type, const std::string& id) {
    return type + ":" + id;
  }

  bool has(const std::string& set, const std::string& user) const {
    const auto found = relations_.find(set);
    if (found == relations_.end()) return false;
    if (found->second.contains(user)) return true;
    return std::ranges::any_of(found->second, [&](const std::string& subject) {
      return subject.contains('#') && has(subject, user);
    });
  }

  std::map<std::string, std::set<std::string>> relations_;
};

const std::vector<std::string>& names() {
  static const std::vector<std::string> all = {
      "administrator",        "manage_channels",  "manage_server",
      "view_channel",         "send_messages",    "manage_messages",
      "read_message_history", "mention_everyone", "manage_roles"};
  return all;
}

constexpr std::int64_t users = 8, channels = 4, roles = 3;

// Every tuple that server 1 with its roles 2 to 4, channels 11 to 14 and users may have.
std::vector<v1::Tuple> universe() {
  std::vector<v1::Tuple> all;
  for (std::int64_t user = 21; user < 21 + users; ++user) {
    const auto who = name("user", user);
    for (const auto* relation : {"member", "member", "timed_out"})
      all.push_back(tuple("server:1", relation, who));
    for (std::int64_t role = 2; role < 2 + roles; ++role)
      all.push_back(tuple(name("role", role), "assignee", who));
  }
  all.push_back(tuple("server:1", "owner", "user:21"));
  all.push_back(tuple("server:1", "administrator", "role:4#assignee"));
  for (const auto& permission : names()) {
    if (permission == "administrator") continue;
    for (std::int64_t role = 1; role < 2 + roles; ++role)
      all.push_back(tuple("server:1", "base_" + permission, name("role", role, "#assignee")));
    for (std::int64_t channel = 11; channel < 11 + channels; ++channel) {
      const auto of = name("channel", channel);
      for (const std::string what : {"allow_", "deny_"}) {
        all.push_back(tuple(of, "ev_" + what + permission, "role:1#assignee"));
        for (std::int64_t role = 2; role < 2 + roles; ++role)
          all.push_back(tuple(of, "role_" + what + permission, name("role", role, "#assignee")));
        for (std::int64_t user = 21; user < 21 + users; user += 3)
          all.push_back(tuple(of, "mem_" + what + permission, name("user", user)));
      }
    }
  }
  return all;
}

// The server, its roles and its channels; never taken away in the walk below.
std::vector<v1::Tuple> frame() {
  std::vector<v1::Tuple> made = {tuple("role:1", "assignee", "server:1#member"),
                                 tuple("server:1", "member", "user:20")};
  for (std::int64_t role = 2; role < 2 + roles; ++role)
    made.push_back(tuple(name("role", role), "server", "server:1"));
  for (std::int64_t channel = 11; channel < 11 + channels; ++channel)
    made.push_back(tuple(name("channel", channel), "server", "server:1"));
  return made;
}

void compare(const Index& index, const Oracle& oracle, const std::string& where) {
  for (std::int64_t user = 21; user < 21 + users; ++user) {
    for (std::int64_t channel = 11; channel < 11 + channels; ++channel) {
      const auto answer = index.in_channel(user, channel);
      ASSERT_TRUE(answer);
      for (const auto& permission : names())
        ASSERT_EQ((answer->rights.permissions & *permission_named(permission)) != 0,
                  oracle.may(permission, name("user", user), name("channel", channel), "server:1"))
            << where << ": " << permission << " of user " << user << " in channel " << channel;
    }
  }
}

TEST(Index, SRV_14_masks_kept_up_to_date_agree_with_the_sets_of_tuples_and_with_masks_read_anew) {
  std::mt19937_64 random(4);
  const auto all = universe();
  Index index(1'000), other(1'000);
  Oracle oracle;
  load(index, 1, frame());
  std::map<std::string, v1::Tuple> present;
  for (const auto& one : frame()) {
    oracle.set(one, true);
    present[one.SerializeAsString()] = one;
  }
  for (int step = 0; step < 400; ++step) {
    for (int i = 0; i < 40; ++i) {
      const auto& one = all[random() % all.size()];
      const bool added = random() % 5 < 2;
      apply(index, one, added);
      oracle.set(one, added);
      present.erase(one.SerializeAsString());
      if (added) present[one.SerializeAsString()] = one;
    }
    ASSERT_NO_FATAL_FAILURE(compare(index, oracle, "step " + std::to_string(step)));
    if (step % 20 != 0) continue;
    std::vector<v1::Tuple> shuffled;
    for (const auto& [key, one] : present) shuffled.push_back(one);
    std::ranges::shuffle(shuffled, random);
    load(other, 1, shuffled);
    ASSERT_NO_FATAL_FAILURE(compare(other, oracle, "read anew at " + std::to_string(step)));
    ASSERT_EQ(other.size(), index.size());
  }
}

TEST(Index, a_server_that_was_not_loaded_is_not_known_and_changes_to_it_do_nothing) {
  Index index(100);
  apply(index, tuple("server:1", "member", "user:2"));
  EXPECT_FALSE(index.in_server(2, 1));
  load(index, 1, small_server(1, 11, 2));
  EXPECT_TRUE(index.in_server(2, 1)->rights.member);
  EXPECT_EQ(index.size(), 4);
}

TEST(Index, the_servers_least_used_make_room_and_come_back) {
  Index index(8);
  load(index, 1, small_server(1, 11, 2));
  load(index, 2, small_server(2, 12, 2));
  EXPECT_EQ(index.size(), 8);
  load(index, 3, small_server(3, 13, 2));  // all were used: the oldest goes
  EXPECT_FALSE(index.knows(1));
  EXPECT_FALSE(index.in_channel(2, 11));
  EXPECT_TRUE(index.in_channel(2, 12));  // now server 3 is the one that nobody asked about
  load(index, 1, small_server(1, 11, 2));
  EXPECT_TRUE(index.knows(2));
  EXPECT_FALSE(index.knows(3));
  EXPECT_EQ(index.in_channel(2, 11)->rights.permissions, v1::VIEW_CHANNEL);
  EXPECT_EQ(index.size(), 8);
}

TEST(Index, one_server_over_the_limit_stays_while_it_is_alone) {
  Index index(2);
  load(index, 1, small_server(1, 11, 2));
  EXPECT_TRUE(index.knows(1));
  load(index, 2, small_server(2, 12, 2));
  EXPECT_TRUE(index.knows(2));
  EXPECT_FALSE(index.knows(1));
}

TEST(Index, a_channel_in_a_server_without_it_is_none) {
  Index index(100);
  load(index, 1, small_server(1, 11, 2));
  EXPECT_FALSE(index.in_channel(2, 12));
  EXPECT_EQ(index.in_channel(2, 12, 1)->server_id, 0);
  apply(index, tuple("channel:11", "server", "server:1"), false);
  EXPECT_FALSE(index.in_channel(2, 11));
}

TEST(Index, changes_while_a_server_is_read_are_not_lost) {
  Index index(100);
  ServerMasks read(1);  // before the change
  for (const auto& one : small_server(1, 11, 2)) read.apply(change(one));
  {
    Index::Loading loading(index);
    apply(index, tuple("server:1", "member", "user:2"), false);
    apply(index, tuple("platform:lyceum", "administrator", "user:9"));
    loading.finish({read}, std::unordered_set<std::int64_t>{});
  }
  EXPECT_FALSE(index.in_server(2, 1)->rights.member);
  EXPECT_EQ(index.in_channel(9, 11)->rights.permissions, all_permissions());
}

// The writer sees its own writes at once, and nobody ever sees what nobody wrote.
TEST(Index, many_threads_ask_while_one_writes_and_another_loads) {
  Index index(8);
  const auto first = small_server(1, 11, 2);
  load(index, 1, first);
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  int seen = 0;
  std::vector<std::thread> threads;
  for (int reader = 0; reader < 3; ++reader) {
    threads.emplace_back([&] {
      while (!done) {
        if (const auto of = index.in_channel(2, 11);
            of && of->rights.permissions != v1::VIEW_CHANNEL)
          ++wrong;
        const auto of = index.in_channel(3, 11);
        if (of && of->rights.permissions != (of->rights.member ? v1::VIEW_CHANNEL : 0)) ++wrong;
        (void)index.everywhere(2, 2);
      }
    });
  }
  threads.emplace_back([&] {
    while (!done)
      for (const std::int64_t id : {2, 3, 4}) load(index, id, small_server(id, 10 + id, 2));
  });
  for (int i = 0; i < 5'000; ++i) {
    if (!index.knows(1)) load(index, 1, first);
    apply(index, tuple("server:1", "member", "user:3"), i % 2 == 0);
    if (const auto of = index.in_server(3, 1)) {
      if (of->rights.member != (i % 2 == 0)) ++wrong;
      ++seen;
    }
  }
  done = true;
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace lyceum::authorization
