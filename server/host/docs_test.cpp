#include "host/docs.h"

#include <gtest/gtest.h>

namespace lyceum::host {
namespace {

std::optional<HttpResponse> get(const std::string& path,
                                std::vector<HttpHeader> headers = {},
                                std::string method = "GET") {
  HttpRequest request;
  request.method = std::move(method);
  request.path = path;
  request.headers = std::move(headers);
  static const Docs docs(false);
  return docs.serve(request);
}

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& h : response.headers)
    if (h.name == name) return h.value;
  return "";
}

TEST(Docs, the_document_names_every_route_of_the_contract) {
  const auto document = get("/api/openapi.json");
  ASSERT_TRUE(document);
  EXPECT_EQ(header(*document, "content-type"), "application/json");
  for (const auto* part : {"\"openapi\": \"3.1.0\"", "\"/api/v1/runs\"",
                           "\"/api/v1/components/{component_id}/submissions\"",
                           "\"text/event-stream\"", "\"operationId\": \"getMe\""})
    EXPECT_TRUE(document->static_body.contains(part)) << part;
  EXPECT_FALSE(document->static_body.contains("/media/pictures")) << "pages are no REST";
  EXPECT_FALSE(document->static_body.contains("ImportCourse"))
      << "what services ask each other is not for outside";
}

TEST(Docs, the_document_can_be_had_compressed) {
  const auto document = get("/api/openapi.json", {{"accept-encoding", "gzip"}});
  EXPECT_EQ(header(*document, "content-encoding"), "gzip");
  EXPECT_LT(document->static_body.size(), 20'000U);
}

TEST(Docs, who_has_it_already_is_told_so) {
  const auto etag = header(*get("/api/openapi.json"), "etag");
  EXPECT_EQ(get("/api/openapi.json", {{"if-none-match", etag}})->status, 304);
}

TEST(Docs, the_page_runs_nothing_but_its_own_files) {
  for (const auto* path : {"/docs", "/docs/"}) {
    const auto page = get(path);
    ASSERT_TRUE(page) << path;
    EXPECT_EQ(header(*page, "content-type"), "text/html; charset=utf-8");
    EXPECT_TRUE(header(*page, "content-security-policy")
                    .starts_with("default-src 'none'; script-src 'self';"));
    EXPECT_FALSE(page->static_body.contains("<script>"));
    EXPECT_FALSE(page->static_body.contains(" style="));
    EXPECT_FALSE(page->static_body.contains("http://"));
    EXPECT_FALSE(page->static_body.contains("https://"));
  }
  EXPECT_EQ(header(*get("/docs/docs.js"), "content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(*get("/docs/docs.css"), "content-type"), "text/css; charset=utf-8");
}

TEST(Docs, other_paths_are_not_its_business) {
  EXPECT_FALSE(get("/"));
  EXPECT_FALSE(get("/docsify"));
  EXPECT_FALSE(get("/api/v1/me"));
  EXPECT_EQ(get("/docs/nothing")->status, 404);
  EXPECT_EQ(get("/docs", {}, "POST")->status, 405);
  EXPECT_EQ(get("/docs", {}, "HEAD")->status, 200);
}

}  // namespace
}  // namespace lyceum::host
