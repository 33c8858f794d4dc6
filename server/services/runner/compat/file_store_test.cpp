#include "services/runner/compat/file_store.h"

#include <gtest/gtest.h>

namespace lyceum::runner::compat {
namespace {

// Each file takes 256 bytes and its id beside its content.
std::string content(std::int64_t size) {
  return std::string(static_cast<std::size_t>(size), 'x');
}

TEST(FileStore, gives_what_was_put_last) {
  FileStore store;
  EXPECT_EQ(store.find(1, "a"), nullptr);
  EXPECT_TRUE(store.put(1, "a", "one"));
  EXPECT_TRUE(store.put(1, "a", "two"));
  EXPECT_EQ(*store.find(1, "a"), "two");
}

TEST(FileStore, an_id_means_another_file_to_another_user) {
  FileStore store;
  store.put(1, "a", "mine");
  EXPECT_EQ(store.find(2, "a"), nullptr);
  store.put(2, "a", "theirs");
  EXPECT_EQ(*store.find(1, "a"), "mine");
  EXPECT_EQ(*store.find(2, "a"), "theirs");
}

TEST(FileStore, what_was_not_used_for_longest_goes_first) {
  FileStore store({.of_user = 3000, .of_all = 100'000});
  store.put(1, "a", content(1000));
  store.put(1, "b", content(1000));
  EXPECT_TRUE(store.find(1, "a"));  // used
  store.put(1, "c", content(1000));
  EXPECT_FALSE(store.find(1, "b"));
  EXPECT_TRUE(store.find(1, "a"));
  EXPECT_TRUE(store.find(1, "c"));
}

TEST(FileStore, a_user_who_has_enough_makes_room_of_their_own) {
  FileStore store({.of_user = 3000, .of_all = 100'000});
  store.put(2, "a", content(1000));
  for (int i = 0; i < 10; ++i) store.put(1, std::to_string(i), content(1000));
  EXPECT_TRUE(store.find(2, "a"));
  EXPECT_LE(store.bytes(), 3000 + 2000);
}

TEST(FileStore, all_together_have_no_more_than_there_is) {
  FileStore store({.of_user = 3000, .of_all = 6000});
  for (int user = 1; user <= 10; ++user) store.put(user, "a", content(2000));
  EXPECT_LE(store.bytes(), 6000);
  EXPECT_TRUE(store.find(10, "a"));
  EXPECT_FALSE(store.find(1, "a"));
}

TEST(FileStore, empty_files_are_counted_too) {
  FileStore store({.of_user = 3000, .of_all = 3000});
  for (int i = 0; i < 1000; ++i) store.put(1, std::to_string(i), "");
  EXPECT_LE(store.bytes(), 3000);
}

TEST(FileStore, what_is_larger_than_all_is_refused_and_takes_nothing_away) {
  FileStore store({.of_user = 3000, .of_all = 3000});
  store.put(1, "a", content(1000));
  EXPECT_FALSE(store.put(1, "b", content(3000)));
  EXPECT_TRUE(store.find(1, "a"));
}

}  // namespace
}  // namespace lyceum::runner::compat
