#include "drivers/folder.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/parallel.h"
#include "drivers/outbox.h"
#include "testing/service_test.h"

namespace lyceum {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t files_below(const fs::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    count += entry.is_regular_file();
  return count;
}

class FolderTest : public testing::LoopTest {
 protected:
  FolderTest() {
    char path[] = "/tmp/lyceum-folder-XXXXXX";
    root = mkdtemp(path);
    blobs = open_folder(root / "blobs");
  }

  ~FolderTest() override { fs::remove_all(root); }

  fs::path root;
  std::unique_ptr<Blobs> blobs;
};

TEST_F(FolderTest, what_was_put_is_got_in_another_process_too) {
  std::string bytes(300'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  ASSERT_TRUE(run(blobs->put("a/b/picture.png", bytes)));
  EXPECT_EQ(*run(blobs->get("a/b/picture.png")), bytes);
  const auto reopened = open_folder(root / "blobs");
  EXPECT_EQ(*run(reopened->get("a/b/picture.png")), bytes);
  EXPECT_EQ(files_below(root), 1U);  // nothing unfinished is left
}

TEST_F(FolderTest, an_empty_blob_is_a_blob) {
  ASSERT_TRUE(run(blobs->put("empty", "")));
  EXPECT_EQ(*run(blobs->get("empty")), "");
}

TEST_F(FolderTest, what_is_not_there_is_not_found_and_can_be_removed) {
  const auto missing = run(blobs->get("a/b"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_EQ(missing.error().reason, "no_such_blob");
  EXPECT_TRUE(run(blobs->remove("a/b")));
  ASSERT_TRUE(run(blobs->put("a/b", "x")));
  EXPECT_TRUE(run(blobs->remove("a/b")));
  EXPECT_EQ(run(blobs->get("a/b")).error().reason, "no_such_blob");
}

TEST_F(FolderTest, keys_name_nothing_outside) {
  for (const std::string key : {"", ".", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/",
                                "/a", ".hidden", "a/.b", "A", "a b", "a\\b", "a%2f", "ä", "a\n"}) {
    EXPECT_FALSE(is_blob_key(key)) << key;
    EXPECT_EQ(run(blobs->put(key, "x")).error().reason, "bad_blob_key") << key;
    EXPECT_EQ(run(blobs->get(key)).error().reason, "bad_blob_key") << key;
    EXPECT_EQ(run(blobs->remove(key)).error().reason, "bad_blob_key") << key;
  }
  EXPECT_FALSE(is_blob_key(std::string("a\0b", 3)));
  EXPECT_FALSE(is_blob_key(std::string(201, 'a')));
  EXPECT_TRUE(is_blob_key(std::string(200, 'a')));
  EXPECT_TRUE(is_blob_key("a-1/b_2/c.png"));
  EXPECT_EQ(files_below(root), 0U);
}

TEST_F(FolderTest, many_writers_of_one_key_leave_one_whole_blob) {
  run([](Blobs& all) -> Task<int> {
    std::vector<Task<void>> writers;
    for (int i = 0; i < 32; ++i) {
      writers.push_back([](Blobs& to, std::string bytes) -> Task<void> {
        EXPECT_TRUE(co_await to.put("a/same", std::move(bytes)));
      }(all, std::string(50'000, static_cast<char>('a' + i % 26))));
    }
    co_await run_all(std::move(writers));
    co_return 0;
  }(*blobs));
  const std::string bytes = *run(blobs->get("a/same"));
  ASSERT_EQ(bytes.size(), 50'000U);
  EXPECT_EQ(bytes, std::string(50'000, bytes.front()));
  EXPECT_EQ(files_below(root), 1U);
}

TEST_F(FolderTest, a_file_where_a_folder_should_be_is_an_error_and_no_crash) {
  ASSERT_TRUE(run(blobs->put("a", "x")));
  EXPECT_FALSE(run(blobs->put("a/b", "x")));
  EXPECT_FALSE(run(blobs->get("a/b")));
  EXPECT_EQ(*run(blobs->get("a")), "x");
}

TEST_F(FolderTest, a_folder_that_cannot_be_made_is_said_at_once) {
  ASSERT_TRUE(run(blobs->put("file", "x")));
  EXPECT_THROW(open_folder(root / "blobs" / "file" / "deeper"), std::runtime_error);
  EXPECT_THROW(open_outbox(root / "blobs" / "file" / "deeper"), std::runtime_error);
}

TEST_F(FolderTest, MAIL_02_without_smtp_a_mail_is_a_file_for_its_owner_alone) {
  const auto outbox = open_outbox(root / "outbox");
  EXPECT_TRUE(outbox->keeps());
  const Letter letter{"123", "a@example.org", "b@example.org", "Subject: x\r\n\r\ny\r\n"};
  ASSERT_TRUE(run(outbox->deliver(letter)));
  ASSERT_TRUE(run(outbox->deliver(letter)));
  EXPECT_EQ(content_of(root / "outbox" / "123.eml"), letter.bytes);
  EXPECT_EQ(files_below(root / "outbox"), 1U);
  struct stat info{};
  ASSERT_EQ(stat((root / "outbox").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
  Letter bad = letter;
  bad.id = "../x";
  EXPECT_FALSE(run(outbox->deliver(bad)));
}

}  // namespace
}  // namespace lyceum
