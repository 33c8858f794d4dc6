#include "host/static_files.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/crypto.h"

namespace lyceum::host {
namespace {

// Vite puts a hash of the content into these names.
constexpr std::string_view hashed = "assets/";

// Of programs, not of people: never answered with a page.
constexpr std::array<std::string_view, 5> not_pages = {"/api/", "/assets/", "/.well-known/",
                                                       "/realms/", "/docs/"};

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Calls see(element) for each of a comma-separated list until it says true.
template <class F>
bool any_element(std::string_view list, F see) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (see(trim(list.substr(0, comma)))) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

bool takes_gzip(std::string_view accept_encoding) {
  return any_element(accept_encoding, [](std::string_view element) {
    const std::string_view coding = trim(element.substr(0, element.find(';')));
    if (coding != "gzip" && coding != "*") return false;
    const std::size_t q = element.find("q=");
    return q == std::string_view::npos ||
           element.find_first_of("123456789", q) != std::string_view::npos;
  });
}

bool known_already(std::string_view if_none_match, std::string_view etag) {
  return any_element(if_none_match, [&](std::string_view element) {
    if (element.starts_with("W/")) element.remove_prefix(2);
    return element == "*" || element == etag;
  });
}

bool is_page(const HttpRequest& request) {
  const std::string_view path = request.path;
  for (const auto prefix : not_pages)
    if (path.starts_with(prefix) || path == prefix.substr(0, prefix.size() - 1)) return false;
  if (request.header("accept").contains("text/html")) return true;
  return !path.substr(path.rfind('/')).contains('.');  // "/favicon.ico" is no page
}

std::string compressed_etag(const std::string& etag) {
  return etag.substr(0, etag.size() - 1) + "-gzip\"";
}

}  // namespace

std::vector<HttpHeader> security_headers(bool https) {
  std::vector<HttpHeader> headers = {
      {"content-security-policy",
       "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
       "script-src "
       "'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
       "object-src 'none'"},
      {"x-content-type-options", "nosniff"},
      {"referrer-policy", "strict-origin-when-cross-origin"},
      {"permissions-policy",
       "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), "
       "usb=()"},
      {"cross-origin-opener-policy", "same-origin"},
  };
  if (https) headers.push_back({"strict-transport-security", "max-age=31536000"});
  return headers;
}

std::string_view content_type(std::string_view path) {
  using Type = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Type, 18> types = {{
      {"html", "text/html; charset=utf-8"},
      {"js", "text/javascript; charset=utf-8"},
      {"mjs", "text/javascript; charset=utf-8"},
      {"css", "text/css; charset=utf-8"},
      {"json", "application/json"},
      {"map", "application/json"},
      {"webmanifest", "application/manifest+json"},
      {"svg", "image/svg+xml"},
      {"png", "image/png"},
      {"jpg", "image/jpeg"},
      {"webp", "image/webp"},
      {"avif", "image/avif"},
      {"ico", "image/x-icon"},
      {"woff2", "font/woff2"},
      {"woff", "font/woff"},
      {"wasm", "application/wasm"},
      {"txt", "text/plain; charset=utf-8"},
      {"xml", "application/xml"},
  }};
  const std::string_view extension = path.substr(std::min(path.rfind('.'), path.size() - 1) + 1);
  const auto* found = std::ranges::find(types, extension, &Type::first);
  return found == types.end() ? std::string_view("application/octet-stream") : found->second;
}

StaticFiles::StaticFiles(std::span<const EmbeddedFile> files, bool https) {
  const auto security = security_headers(https);
  for (const auto& file : files) {
    const bool for_ever = file.path.starts_with(hashed);
    File entry{&file, "", for_ever ? "/assets/*" : "/*", security};
    entry.headers.push_back({"content-type", std::string(content_type(file.path))});
    entry.headers.push_back(
        {"cache-control", for_ever ? "public, max-age=31536000, immutable" : "no-cache"});
    if (!file.gzip.empty()) entry.headers.push_back({"vary", "accept-encoding"});
    if (!for_ever) entry.etag = '"' + sha256_hex(file.content).substr(0, 32) + '"';
    files_.emplace(file.path, std::move(entry));
  }
}

const StaticFiles::File* StaticFiles::find(const HttpRequest& request) const {
  const auto exact = files_.find(std::string_view(request.path).substr(1));
  if (exact != files_.end()) return &exact->second;
  if (!is_page(request)) return nullptr;
  const auto page = files_.find("index.html");
  return page == files_.end() ? nullptr : &page->second;
}

std::optional<HttpResponse> StaticFiles::serve(const HttpRequest& request) const {
  if (request.method != "GET") return std::nullopt;
  const File* found = find(request);
  if (found == nullptr) return std::nullopt;

  HttpResponse response;
  response.headers = found->headers;
  response.route = found->route;
  const bool gzip = !found->file->gzip.empty() && takes_gzip(request.header("accept-encoding"));
  if (gzip) response.headers.push_back({"content-encoding", "gzip"});
  if (!found->etag.empty()) {
    const auto etag = gzip ? compressed_etag(found->etag) : found->etag;
    response.headers.push_back({"etag", etag});
    if (known_already(request.header("if-none-match"), etag)) {
      response.status = 304;
      return response;
    }
  }
  response.static_body = gzip ? found->file->gzip : found->file->content;
  return response;
}

}  // namespace lyceum::host
