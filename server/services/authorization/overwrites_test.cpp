#include "services/authorization/overwrites.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "contract/authorization.pb.h"

namespace lyceum::authorization {
namespace {

enum class Level { everyone, role, member };

struct Placed {
  Level level = Level::everyone;
  Overwrite overwrite;
};

struct Case {
  Standing standing;
  std::vector<std::int64_t> roles;  // @everyone's among them
  std::vector<Placed> overwrites;
};

std::vector<std::int64_t> bits() {
  std::vector<std::int64_t> all;
  const auto* type = v1::Permission_descriptor();
  for (int i = 0; i < type->value_count(); ++i)
    if (type->value(i)->number() != 0) all.push_back(type->value(i)->number());
  return all;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  bool one_in(int n) { return number(n) == 0; }

  int number(int below) { return std::uniform_int_distribution<>(0, below - 1)(engine_); }

  // Few masks make their holder an administrator, or every case would be one.
  std::int64_t mask() {
    std::int64_t made = 0;
    for (const auto bit : bits_)
      if (one_in(bit == v1::ADMINISTRATOR ? 40 : 2)) made |= bit;
    return made;
  }

  Case make() {
    Case made;
    made.standing = {one_in(20), one_in(20), !one_in(10), one_in(6)};
    for (int i = number(5); i >= 0; --i) made.roles.push_back(mask());
    for (int i = number(8); i > 0; --i)
      made.overwrites.push_back({static_cast<Level>(number(3)), {mask(), mask()}});
    return made;
  }

  template <class List>
  void shuffle(List& list) {
    std::ranges::shuffle(list, engine_);
  }

 private:
  std::mt19937_64 engine_;
  std::vector<std::int64_t> bits_ = bits();
};

std::int64_t of_roles(const Case& of) {
  std::int64_t mask = 0;
  for (const auto role : of.roles) mask |= role;
  return mask;
}

std::int64_t ours(const Case& of) {
  Overwrites merged;
  for (const auto& [level, overwrite] : of.overwrites) {
    if (level == Level::everyone) merged.everyone.merge(overwrite);
    if (level == Level::role) merged.roles.merge(overwrite);
    if (level == Level::member) merged.member.merge(overwrite);
  }
  return channel_permissions(of.standing, of_roles(of), merged);
}

// The same set-wise, a permission at a time: is the user in the set of those who have it?
class Sets {
 public:
  explicit Sets(const Case& of) : of_(of) {}

  bool all() const {
    return of_.standing.owner || of_.standing.platform_administrator ||
           (of_.standing.member && base(v1::ADMINISTRATOR));
  }

  bool has(std::int64_t permission) const {
    if (all()) return true;
    if (permission == v1::ADMINISTRATOR || !of_.standing.member || !raw(v1::VIEW_CHANNEL))
      return false;
    if (permission == v1::MENTION_EVERYONE && !raw(v1::SEND_MESSAGES)) return false;
    const bool kept = permission == v1::VIEW_CHANNEL || permission == v1::READ_MESSAGE_HISTORY;
    return raw(permission) && (kept || !of_.standing.timed_out);
  }

 private:
  bool base(std::int64_t p) const {
    return std::ranges::any_of(of_.roles, [&](std::int64_t role) { return (role & p) != 0; });
  }

  bool allow(Level level, std::int64_t p) const {
    return std::ranges::any_of(of_.overwrites, [&](const Placed& placed) {
      return placed.level == level && (placed.overwrite.allow & p) != 0;
    });
  }

  bool deny(Level level, std::int64_t p) const {
    return std::ranges::any_of(of_.overwrites, [&](const Placed& placed) {
      return placed.level == level && (placed.overwrite.deny & p) != 0;
    });
  }

  // mem_allow ∪ ((role_allow ∪ ((ev_allow ∪ (base \ ev_deny)) \ role_deny)) \ mem_deny)
  bool raw(std::int64_t p) const {
    const bool everyone = allow(Level::everyone, p) || (base(p) && !deny(Level::everyone, p));
    const bool roles = allow(Level::role, p) || (everyone && !deny(Level::role, p));
    return allow(Level::member, p) || (roles && !deny(Level::member, p));
  }

  const Case& of_;
};

std::string describe(const Case& of, int number) {
  std::string text = "case " + std::to_string(number) + ": platform administrator " +
                     std::to_string(of.standing.platform_administrator) + " owner " +
                     std::to_string(of.standing.owner) + " member " +
                     std::to_string(of.standing.member) + " timed out " +
                     std::to_string(of.standing.timed_out) + " roles";
  for (const auto role : of.roles) text += " " + std::to_string(role);
  for (const auto& placed : of.overwrites)
    text += "; level " + std::to_string(static_cast<int>(placed.level)) + " allow " +
            std::to_string(placed.overwrite.allow) + " deny " +
            std::to_string(placed.overwrite.deny);
  return text;
}

TEST(Overwrites, SRV_14_masks_and_sets_agree_on_200000_random_cases) {
  Random random(1);
  const auto all = bits();
  for (int i = 0; i < 200'000; ++i) {
    const Case made = random.make();
    const auto mask = ours(made);
    const Sets sets(made);
    for (const auto bit : all)
      ASSERT_EQ((mask & bit) != 0, sets.has(bit)) << describe(made, i) << "; bit " << bit;
  }
}

TEST(Overwrites, SRV_14_the_order_of_overwrites_never_matters) {
  Random random(2);
  for (int i = 0; i < 20'000; ++i) {
    Case made = random.make();
    const auto before = ours(made);
    random.shuffle(made.overwrites);
    random.shuffle(made.roles);
    ASSERT_EQ(ours(made), before) << describe(made, i);
  }
}

TEST(Overwrites, SRV_14_what_a_channel_says_of_a_member_always_wins) {
  Random random(3);
  int seen = 0;
  for (int i = 0; i < 20'000; ++i) {
    Case made = random.make();
    std::erase_if(made.overwrites, [](const Placed& p) { return p.level == Level::member; });
    made.standing = {.member = true};
    if (Sets(made).all()) continue;
    const Overwrite own{random.mask() | v1::VIEW_CHANNEL | v1::SEND_MESSAGES, random.mask()};
    made.overwrites.push_back({Level::member, own});
    const auto mask = ours(made);
    const auto allowed = own.allow & ~std::int64_t{v1::ADMINISTRATOR};
    ASSERT_EQ(mask & allowed, allowed) << describe(made, i);
    ASSERT_EQ(mask & own.deny & ~own.allow, 0) << describe(made, i);
    ++seen;
  }
  EXPECT_GT(seen, 10'000);
}

constexpr Standing member = {.member = true};
constexpr std::int64_t talk = v1::VIEW_CHANNEL | v1::SEND_MESSAGES;

TEST(Overwrites, SRV_13_all_permissions_are_those_of_the_contract) {
  std::int64_t all = 0;
  for (const auto bit : bits()) all |= bit;
  EXPECT_EQ(all_permissions(), all);
}

TEST(Overwrites, SRV_13_owners_and_administrators_may_all_whatever_a_channel_says) {
  const Overwrites nothing = {.member = {0, all_permissions()}};
  EXPECT_EQ(channel_permissions({.owner = true}, 0, nothing), all_permissions());
  EXPECT_EQ(channel_permissions({.platform_administrator = true}, 0, nothing), all_permissions());
  EXPECT_EQ(channel_permissions(member, v1::ADMINISTRATOR, nothing), all_permissions());
  EXPECT_EQ(server_permissions(member, v1::ADMINISTRATOR), all_permissions());
}

TEST(Overwrites, SRV_13_who_is_no_member_may_do_nothing) {
  EXPECT_EQ(server_permissions({}, all_permissions()), 0);
  EXPECT_EQ(channel_permissions({}, all_permissions(), {.member = {talk, 0}}), 0);
}

TEST(Overwrites, SRV_14_among_roles_allow_beats_deny) {
  EXPECT_EQ(channel_permissions(member, talk, {.roles = {talk, talk}}), talk);
}

TEST(Overwrites, SRV_14_roles_win_over_everyone_and_the_member_over_roles) {
  EXPECT_EQ(channel_permissions(member, 0, {.everyone = {0, talk}, .roles = {talk, 0}}), talk);
  EXPECT_EQ(channel_permissions(member, talk, {.roles = {talk, 0}, .member = {0, talk}}), 0);
}

TEST(Overwrites, SRV_14_without_a_view_of_the_channel_there_is_nothing) {
  EXPECT_EQ(channel_permissions(member, v1::SEND_MESSAGES | v1::MANAGE_MESSAGES, {}), 0);
}

TEST(Overwrites, SRV_14_who_cannot_send_cannot_mention_everyone) {
  const std::int64_t all_but_send = v1::VIEW_CHANNEL | v1::MENTION_EVERYONE;
  EXPECT_EQ(channel_permissions(member, all_but_send, {}), v1::VIEW_CHANNEL);
}

TEST(Overwrites, SRV_14_no_channel_makes_an_administrator) {
  EXPECT_EQ(channel_permissions(member, talk, {.member = {v1::ADMINISTRATOR, 0}}), talk);
}

TEST(Overwrites, SRV_16_a_time_out_leaves_reading_only_but_does_not_touch_administrators) {
  const Standing out = {.member = true, .timed_out = true};
  const std::int64_t read = v1::VIEW_CHANNEL | v1::READ_MESSAGE_HISTORY;
  EXPECT_EQ(channel_permissions(out, talk | read | v1::MANAGE_ROLES, {}), read);
  EXPECT_EQ(server_permissions(out, talk | read | v1::MANAGE_ROLES), read);
  EXPECT_EQ(channel_permissions(out, v1::ADMINISTRATOR, {}), all_permissions());
  EXPECT_EQ(server_permissions({.owner = true, .member = true, .timed_out = true}, 0),
            all_permissions());
}

}  // namespace
}  // namespace lyceum::authorization
