#include "host/docs.h"

#include "base/embedded.h"
#include "host/status.h"

namespace lyceum::embedded {
std::span<const EmbeddedFile> docs();
}

namespace lyceum::host {
namespace {

constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

bool is_ours(std::string_view path) {
  return path == "/docs" || path.starts_with("/docs/") || path == "/api/openapi.json";
}

HttpResponse refusal(const HttpRequest& request) {
  if (request.method == "GET" || request.method == "HEAD")
    return problem({Code::not_found, "no_such_route", "there is nothing at this path", "", 0},
                   request.trace_id);
  auto response = problem(
      405, {Code::unimplemented, "method_not_allowed", "this path has no such method", "", 0},
      request.trace_id);
  response.headers.push_back({"allow", "GET, HEAD"});
  return response;
}

}  // namespace

Docs::Docs(bool https) : files_(embedded::docs(), https) {}

std::optional<HttpResponse> Docs::serve(const HttpRequest& request) const {
  if (!is_ours(request.path)) return std::nullopt;
  HttpRequest file;
  file.method = request.method == "HEAD" ? "GET" : request.method;
  file.path =
      request.path == "/docs" || request.path == "/docs/" ? "/docs/index.html" : request.path;
  file.headers = request.headers;
  auto response = files_.serve(file);
  if (!response) return refusal(request);
  for (auto& header : response->headers)
    if (header.name == "content-security-policy") header.value = page_policy;
  response->route = request.path == "/api/openapi.json" ? "/api/openapi.json" : "/docs";
  return response;
}

}  // namespace lyceum::host
