#include "host/static_files.h"

#include <array>
#include <gtest/gtest.h>

namespace lyceum::host {
namespace {

constexpr std::array<EmbeddedFile, 4> files = {{
    {"index.html", "<!doctype html>", "gzip of the page"},
    {"assets/app-1a2b.js", "let a;", "gzip of the script"},
    {"favicon.svg", "<svg/>", ""},
    {"data.unknown", "?", ""},
}};

class StaticFilesTest : public ::testing::Test {
 protected:
  std::optional<HttpResponse> get(std::string path, std::vector<HttpHeader> headers = {}) {
    HttpRequest request;
    request.method = method;
    request.path = std::move(path);
    request.headers = std::move(headers);
    return StaticFiles(files, https).serve(request);
  }

  static std::string header(const std::optional<HttpResponse>& response, std::string_view name) {
    for (const auto& h : response->headers)
      if (h.name == name) return h.value;
    return "";
  }

  std::string method = "GET";
  bool https = false;
};

TEST_F(StaticFilesTest, a_file_is_found_by_its_path) {
  const auto icon = get("/favicon.svg");
  ASSERT_TRUE(icon);
  EXPECT_EQ(icon->static_body, "<svg/>");
  EXPECT_EQ(header(icon, "content-type"), "image/svg+xml");
  EXPECT_EQ(header(icon, "cache-control"), "no-cache");
  EXPECT_EQ(header(get("/data.unknown"), "content-type"), "application/octet-stream");
}

TEST_F(StaticFilesTest, hashed_names_are_kept_for_ever) {
  const auto script = get("/assets/app-1a2b.js");
  ASSERT_TRUE(script);
  EXPECT_EQ(header(script, "content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(script, "cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(script, "etag"), "");
}

TEST_F(StaticFilesTest, people_who_navigate_get_the_page) {
  for (const auto* path : {"/", "/learn", "/courses/12/", "/index.html"}) {
    const auto page = get(path);
    ASSERT_TRUE(page) << path;
    EXPECT_EQ(page->static_body, "<!doctype html>") << path;
    EXPECT_EQ(header(page, "cache-control"), "no-cache") << path;
  }
  EXPECT_TRUE(get("/users/ann.b", {{"accept", "text/html,*/*"}}));
}

TEST_F(StaticFilesTest, programs_do_not_get_the_page) {
  for (const auto* path : {"/api", "/api/v1/nothing", "/assets/old.js", "/assets/old",
                           "/robots.txt", "/.well-known/x", "/realms/lyceum/nothing"})
    EXPECT_FALSE(get(path)) << path;
  EXPECT_FALSE(get("/api/v1/nothing", {{"accept", "text/html"}}));
  method = "POST";
  EXPECT_FALSE(get("/"));
}

TEST_F(StaticFilesTest, who_takes_gzip_gets_it) {
  const auto packed = get("/", {{"accept-encoding", "br, gzip"}});
  EXPECT_EQ(packed->static_body, "gzip of the page");
  EXPECT_EQ(header(packed, "content-encoding"), "gzip");
  EXPECT_EQ(header(packed, "vary"), "accept-encoding");
  EXPECT_EQ(header(get("/"), "vary"), "accept-encoding");
  for (const auto* refused : {"", "br", "gzip;q=0", "gzip; q=0.0", "x-gzip"})
    EXPECT_EQ(get("/", {{"accept-encoding", refused}})->static_body, "<!doctype html>") << refused;
  EXPECT_EQ(get("/favicon.svg", {{"accept-encoding", "gzip"}})->static_body, "<svg/>");
  EXPECT_EQ(get("/", {{"accept-encoding", "gzip;q=0.5"}})->static_body, "gzip of the page");
}

TEST_F(StaticFilesTest, what_has_not_changed_is_not_sent_again) {
  const auto etag = header(get("/"), "etag");
  const auto packed = header(get("/", {{"accept-encoding", "gzip"}}), "etag");
  EXPECT_NE(etag, packed);
  for (const auto& known : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
    const auto again = get("/", {{"if-none-match", known}});
    EXPECT_EQ(again->status, 304) << known;
    EXPECT_EQ(header(again, "etag"), etag);
    EXPECT_TRUE(again->static_body.empty());
  }
  EXPECT_EQ(get("/", {{"if-none-match", packed}})->status, 200);
}

TEST_F(StaticFilesTest, every_answer_is_closed_to_other_sites) {
  const auto page = get("/");
  EXPECT_TRUE(header(page, "content-security-policy").contains("default-src 'self'"));
  EXPECT_TRUE(header(page, "content-security-policy").contains("frame-ancestors 'none'"));
  EXPECT_EQ(header(page, "x-content-type-options"), "nosniff");
  EXPECT_EQ(header(page, "cross-origin-opener-policy"), "same-origin");
  EXPECT_NE(header(page, "referrer-policy"), "");
  EXPECT_NE(header(page, "permissions-policy"), "");
  EXPECT_EQ(header(page, "strict-transport-security"), "");
  https = true;
  EXPECT_NE(header(get("/"), "strict-transport-security"), "");
}

}  // namespace
}  // namespace lyceum::host
