#pragma once
// What pages and redirects need of HTTP: strict forms, cookies, the usual answers.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "contract/common.pb.h"

namespace lyceum::identity::web {

using Request = lyceum::v1::WebRequest;
using Response = lyceum::v1::WebResponse;

// application/x-www-form-urlencoded, decoded once.
class Form {
 public:
  // Broken percent-encoding, bytes that are no UTF-8 and NUL are errors. Of a name that comes twice
  // the form remembers that.
  static Result<Form> parse(std::string_view encoded);

  // Empty when it is not there: OAuth says that empty is as if left out.
  const std::string& get(std::string_view name) const;
  bool doubled(std::string_view name) const;

  bool any_doubled() const { return !doubled_.empty(); }

  void set(std::string name, std::string value);
  void remove(std::string_view name);
  std::string encode() const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
  std::vector<std::string> doubled_;
};

std::string percent_encode(std::string_view text);
std::optional<std::string> form_decode(std::string_view text);
// "https://x/cb?a=1" and {{"code","c"}} → "https://x/cb?a=1&code=c". Empty values are left out.
std::string with_query(std::string_view url,
                       std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

std::string header(const Request& request, std::string_view name);  // lower case
int count_headers(const Request& request, std::string_view name);
bool is_form(const Request& request);  // by its content type
std::string cookie(const Request& request, std::string_view name);
// "__Host-": Secure, Path=/ and no Domain, so that no neighbour can set or see it. Browsers take
// such cookies on http://localhost and http://127.0.0.1 too (tested: Chromium 156).
std::string host_cookie(std::string_view name, std::string_view value, std::int64_t max_age_s);
// Was this POST sent by a page of ours? Browsers say so; what says nothing is no browser's page.
bool from_elsewhere(const Request& request, std::string_view our_origin);

void add_header(Response& response, std::string_view name, std::string_view value);
Response redirect(std::string_view location);  // 303: never repeats a POST
Response json(int status, std::string body);
Response text(int status, std::string_view body);

std::string json_string(std::string_view text);  // with quotes

}  // namespace lyceum::identity::web
