#include <gtest/gtest.h>

#include "services/account/image.h"
#include "services/account/testing/account_test.h"

namespace lyceum::account {
namespace {

std::string big(std::uint32_t number, int bytes) {
  std::string out;
  for (int i = bytes; i > 0; --i)
    out += static_cast<char>(number >> (8U * (static_cast<unsigned>(i) - 1)));
  return out;
}

std::string little(std::uint32_t number, int bytes) {
  const std::string turned = big(number, bytes);
  return {turned.rbegin(), turned.rend()};
}

// As much of each format as its header is.
std::string png(std::uint32_t width, std::uint32_t height) {
  return "\x89PNG\r\n\x1A\n" + big(13, 4) + "IHDR" + big(width, 4) + big(height, 4) +
         std::string("\x08\x06\x00\x00\x00", 5) + big(0, 4);
}

std::string jpeg(std::uint32_t width, std::uint32_t height) {
  return "\xFF\xD8\xFF\xE0" + big(16, 2) + std::string("JFIF\0\1\1\0\0\1\0\1\0\0", 14) +
         "\xFF\xFF" +                     // filling
         "\xFF\xC4" + big(4, 2) + "xx" +  // a table, though its number is among the frames'
         "\xFF\xC2" + big(11, 2) + "\x08" + big(height, 2) + big(width, 2) + "\x01xxx" + "\xFF\xD9";
}

std::string webp(const std::string& chunk) {
  return "RIFF" + little(static_cast<std::uint32_t>(chunk.size()) + 4, 4) + "WEBP" + chunk;
}

std::string webp_lossy(std::uint32_t width, std::uint32_t height) {
  return webp("VP8 " + little(10, 4) + "xxx\x9D\x01\x2A" + little(width, 2) + little(height, 2));
}

std::string webp_lossless(std::uint32_t width, std::uint32_t height) {
  return webp("VP8L" + little(10, 4) + "\x2F" + little((width - 1) | ((height - 1) << 14U), 4) +
              "xxxxx");
}

std::string webp_extended(std::uint32_t width, std::uint32_t height) {
  return webp("VP8X" + little(10, 4) + "xxxx" + little(width - 1, 3) + little(height - 1, 3));
}

TEST(Image, kind_and_size_are_read_from_the_bytes) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {png(300, 200), "image/png"},
      {jpeg(300, 200), "image/jpeg"},
      {webp_lossy(300, 200), "image/webp"},
      {webp_lossless(300, 200), "image/webp"},
      {webp_extended(300, 200), "image/webp"},
  };
  for (const auto& [bytes, type] : table) {
    const auto image = read_image(bytes);
    ASSERT_TRUE(image) << type;
    EXPECT_EQ(image->type, type);
    EXPECT_EQ(image->width, 300) << type;
    EXPECT_EQ(image->height, 200) << type;
  }
}

TEST(Image, a_header_that_is_cut_anywhere_is_no_picture) {
  for (const auto& whole : {png(300, 200), jpeg(300, 200), webp_lossy(300, 200),
                            webp_lossless(300, 200), webp_extended(300, 200)}) {
    // The end of a JPEG is no part of its header.
    const std::size_t header = whole.starts_with("\xFF\xD8") ? whole.size() - 2 : whole.size();
    for (std::size_t size = 0; size < header; ++size)
      EXPECT_FALSE(read_image(whole.substr(0, size))) << size << " of " << whole.substr(0, 12);
  }
}

TEST(Image, other_things_are_no_pictures) {
  for (const std::string bytes :
       {"", "GIF89a\1\0\1\0", "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<html><script>alert(1)</script>", "%PDF-1.7", "BM", "\x89PNG", "RIFF\0\0\0\0WAVE",
        "\xFF\xD8\xFF\xD9", "\xFF\xD8\xFF\xDA\x00\x04xx"})
    EXPECT_FALSE(read_image(bytes)) << bytes;
  EXPECT_FALSE(read_image(png(0, 10)));
  EXPECT_FALSE(read_image(png(10, 0)));
  EXPECT_FALSE(read_image(png(0xFFFFFFFF, 1)));
  EXPECT_FALSE(read_image("\xFF\xD8\xFF\xE0" + big(1, 2) +
                          std::string(100, 'x')));  // a length below its own
}

class PicturesTest : public AccountTest {
 protected:
  Result<api::Me> set(std::int64_t user_id, const std::string& bytes) {
    api::SetPictureRequest request;
    request.set_picture(bytes);
    return run(account.set_picture(as(user_id), request));
  }

  Result<lyceum::v1::WebResponse> get(const std::string& path, const std::string& method = "GET") {
    lyceum::v1::WebRequest request;
    request.set_method(method);
    request.set_path(path);
    return run(account.picture(as_guest(), request));
  }

  static std::map<std::string, std::string> headers(const lyceum::v1::WebResponse& response) {
    std::map<std::string, std::string> out;
    for (const auto& header : response.headers()) out[header.name()] = header.value();
    return out;
  }
};

TEST_P(PicturesTest, ID_10_a_picture_is_set_seen_by_anybody_and_deleted) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  const auto mine = set(ann, png(64, 64));
  ASSERT_TRUE(mine) << mine.error().message;
  const std::string url = mine->picture_url();
  EXPECT_EQ(url.substr(0, 16), "/media/pictures/");
  EXPECT_EQ(url.size(), 16U + 64);

  const auto seen = get(url);
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->status(), 200);
  EXPECT_EQ(seen->body(), png(64, 64));
  EXPECT_EQ(headers(*seen), (std::map<std::string, std::string>{
                                {"content-type", "image/png"},
                                {"x-content-type-options", "nosniff"},
                                {"cache-control", "public, max-age=31536000, immutable"},
                                {"content-security-policy", "default-src 'none'"}}));

  ASSERT_TRUE(run(account.delete_picture(as(ann), {})));
  ASSERT_TRUE(run(account.delete_picture(as(ann), {})));
  EXPECT_FALSE(me(ann)->has_picture_url());
  EXPECT_EQ(get(url)->status(), 404);
  EXPECT_TRUE(blobs.all.empty());
}

TEST_P(PicturesTest, a_new_picture_has_a_new_address_and_the_old_one_is_forgotten) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  const std::string first = set(ann, png(64, 64))->picture_url();
  const std::string again = set(ann, png(64, 64))->picture_url();
  EXPECT_NE(first, again);
  EXPECT_EQ(get(first)->status(), 404);
  EXPECT_EQ(get(again)->status(), 200);
  const std::string other = set(ann, webp_lossy(10, 10))->picture_url();
  EXPECT_EQ(headers(*get(other))["content-type"], "image/webp");
  EXPECT_EQ(blobs.all.size(), 1U);
}

TEST_P(PicturesTest, somebody_elses_equal_picture_stays) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  ASSERT_TRUE(user_opened(bob, "Bob"));
  const std::string anns = set(ann, png(64, 64))->picture_url();
  const std::string bobs = set(bob, png(64, 64))->picture_url();
  ASSERT_TRUE(run(account.delete_picture(as(ann), {})));
  EXPECT_EQ(get(anns)->status(), 404);
  EXPECT_EQ(get(bobs)->status(), 200);
}

TEST_P(PicturesTest, what_is_no_picture_or_too_large_is_refused) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  const auto refused = set(ann, "<svg onload=alert(1)>");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::invalid_argument);
  EXPECT_EQ(refused.error().reason, "not_a_picture");
  EXPECT_EQ(refused.error().field, "picture");
  EXPECT_TRUE(set(ann, png(4096, 4096)));
  EXPECT_EQ(set(ann, png(4097, 1)).error().reason, "picture_too_large");
  EXPECT_EQ(set(ann, png(1, 4097)).error().reason, "picture_too_large");
  EXPECT_EQ(blobs.all.size(), 1U);
}

TEST_P(PicturesTest, only_addresses_of_pictures_are_answered) {
  for (const auto* path :
       {"/media/pictures/", "/media/pictures/../../etc/passwd", "/media/pictures/abc",
        "/media/other/0000000000000000000000000000000000000000000000000000000000000000",
        "/media/pictures/0000000000000000000000000000000000000000000000000000000000000000",
        "/media/pictures/ABCDEF0000000000000000000000000000000000000000000000000000000000", ""})
    EXPECT_EQ(get(path)->status(), 404) << path;
  EXPECT_EQ(get("/media/pictures/x", "POST")->status(), 405);
}

TEST_P(PicturesTest, ID_10_a_picture_that_comes_or_goes_is_told) {
  ASSERT_TRUE(user_opened(ann, "Ann"));
  const auto told = [&] {
    return *read(*db, [](Tx& tx) { return testing::published<api::PersonChanged>(tx); });
  };
  const auto mine = set(ann, png(64, 64));
  ASSERT_EQ(told().size(), 1U);
  EXPECT_EQ(told()[0].person().picture_url(), mine->picture_url());
  ASSERT_TRUE(run(account.delete_picture(as(ann), {})));
  ASSERT_TRUE(run(account.delete_picture(as(ann), {})));
  ASSERT_EQ(told().size(), 2U);
  EXPECT_FALSE(told()[1].person().has_picture_url());
}

INSTANTIATE_TEST_SUITE_P(works, PicturesTest, testing::both_transports, testing::name);

}  // namespace
}  // namespace lyceum::account
