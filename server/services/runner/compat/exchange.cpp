#include "services/runner/compat/exchange.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "base/crypto.h"
#include "base/text.h"
#include "services/runner/output.h"

namespace lyceum::runner::compat {
namespace {

using simdjson::dom::element;

constexpr int files_max = 50;
constexpr std::size_t content_max = 1 << 20;  // bytes of a file, an input, an expected output

std::unexpected<Error> wrong_type(std::string_view name, std::string_view wanted) {
  return bad_field(std::string(name), "wrong_type", fmt::format("must be {}", wanted));
}

Result<void> check_size(std::string_view field, const std::string& content) {
  if (content.size() <= content_max) return {};
  return bad_field(std::string(field), "too_large", "must have at most 1 MiB");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// What cannot be decoded stays as it is: it is no value that anybody knows.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    out += low >= 0 ? static_cast<char>(high * 16 + low) : text[i];
    if (low >= 0) i += 2;
  }
  return out;
}

}  // namespace

Result<Fields> Body::read(std::string_view json) {
  simdjson::dom::object object;
  if (parser_.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS)
    return fail(Code::invalid_argument, "malformed_json", "the body must be a JSON object");
  return Fields(object);
}

std::optional<element> Fields::find(std::string_view name) const {
  element found;
  if (object_[name].get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
  return found;
}

bool Fields::has(std::string_view name) const {
  return find(name).has_value();
}

Result<std::optional<std::string>> Fields::text(std::string_view name) const {
  const auto found = find(name);
  if (!found) return std::nullopt;
  std::string_view value;
  if (found->get(value) != simdjson::SUCCESS) return wrong_type(name, "a string");
  return std::string(value);
}

Result<std::optional<double>> Fields::number(std::string_view name) const {
  const auto found = find(name);
  if (!found) return std::nullopt;
  double value = 0;
  std::string_view text;
  bool good = found->get(value) == simdjson::SUCCESS;
  if (!good && found->get(text) == simdjson::SUCCESS) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    good = error == std::errc() && end == text.data() + text.size();
  }
  if (!good || !std::isfinite(value)) return wrong_type(name, "a number");
  return value;
}

Result<std::optional<bool>> Fields::flag(std::string_view name) const {
  const auto found = find(name);
  if (!found) return std::nullopt;
  bool value = false;
  if (found->get(value) == simdjson::SUCCESS) return value;
  std::int64_t number = 0;
  if (found->get(number) != simdjson::SUCCESS || number < 0 || number > 1)
    return wrong_type(name, "true or false");
  return number == 1;
}

Result<std::optional<simdjson::dom::array>> Fields::list(std::string_view name) const {
  const auto found = find(name);
  if (!found) return std::nullopt;
  simdjson::dom::array list;
  if (found->get(list) != simdjson::SUCCESS) return wrong_type(name, "a list");
  return list;
}

Result<std::vector<std::string>> Fields::texts(std::string_view name) const {
  std::vector<std::string> out;
  const auto list = this->list(name);
  if (!list) return wrong_type(name, "a list of strings");
  if (!*list) return out;
  for (const element item : **list) {
    std::string_view value;
    if (item.get(value) != simdjson::SUCCESS) return wrong_type(name, "a list of strings");
    out.emplace_back(value);
  }
  return out;
}

Result<std::optional<Fields>> Fields::object(std::string_view name) const {
  const auto found = find(name);
  if (!found) return std::nullopt;
  simdjson::dom::array list;  // PHP writes an object without members as []
  if (found->get(list) == simdjson::SUCCESS && list.size() == 0) return std::nullopt;
  simdjson::dom::object object;
  if (found->get(object) != simdjson::SUCCESS) return wrong_type(name, "an object");
  return Fields(object);
}

Result<void> check_sizes(const api::RunRequest& request) {
  if (request.files_size() > files_max)
    return bad_field("files", "too_many", fmt::format("must be at most {} files", files_max));
  for (int i = 0; i < request.files_size(); ++i)
    TRY_VOID(check_size(fmt::format("files[{}].content", i), request.files(i).content()));
  for (int i = 0; i < request.tests_size(); ++i) {
    TRY_VOID(check_size(fmt::format("tests[{}].stdin", i), request.tests(i).stdin()));
    TRY_VOID(check_size(fmt::format("tests[{}].expected", i), request.tests(i).expected()));
  }
  return {};
}

Error renamed(Error error, Names names) {
  for (const auto& [ours, theirs] : names) {
    if (!error.field.starts_with(ours)) continue;
    const auto rest = error.field.substr(ours.size());
    if (!rest.empty() && rest.front() != '[' && rest.front() != '.') continue;
    error.field = std::string(theirs) + rest;
    break;
  }
  return error;
}

std::int64_t scaled(double value, double unit) {
  constexpr double most = 1e15;  // far over every limit, and still a whole number
  return std::max<std::int64_t>(1, std::llround(std::min(value * unit, most)));
}

std::string bytes_of(const std::string& text, bool base64) {
  return base64 ? from_base64(text).value_or("") : text;
}

std::string out_of(const api::TestResult& result) {
  return bytes_of(result.stdout(), result.has_stdout_encoding());
}

std::string err_of(const api::TestResult& result) {
  return bytes_of(result.stderr(), result.has_stderr_encoding());
}

std::string compiler_said(const api::CompileResult& result) {
  return bytes_of(result.stderr(), result.has_stderr_encoding()) +
         bytes_of(result.stdout(), result.has_stdout_encoding());
}

std::string as_utf8(std::string_view bytes) {
  if (text::is_utf8(bytes)) return std::string(bytes);
  std::string out;
  for (std::size_t i = 0; i < bytes.size();) {
    std::size_t length = 1;
    while (length <= 4 && i + length <= bytes.size() && !text::is_utf8(bytes.substr(i, length)))
      ++length;
    const bool good = length <= 4 && i + length <= bytes.size();
    out += good ? bytes.substr(i, length) : std::string_view("\xef\xbf\xbd");
    i += good ? length : 1;
  }
  return out;
}

std::string version_number(std::string_view tool_says) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto begin = std::ranges::find_if(tool_says, digit);
  const auto end =
      std::find_if(begin, tool_says.end(), [&](char c) { return !digit(c) && c != '.'; });
  std::string out(begin, end);
  while (out.ends_with('.')) out.pop_back();
  if (out.empty()) return "0.0.0";
  for (auto dots = std::ranges::count(out, '.'); dots < 2; ++dots) out += ".0";
  return out;
}

std::string parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    if (decoded(pair.substr(0, equals)) == name)
      return decoded(pair.substr(std::min(equals + 1, pair.size())));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

Response json(int status, std::string body) {
  auto out = nothing(status);
  auto& type = *out.add_headers();
  type.set_name("content-type");
  type.set_value("application/json");
  out.set_body(std::move(body));
  return out;
}

Response nothing(int status) {
  Response out;
  out.set_status(status);
  return out;
}

Response wrong_method(std::string_view allowed) {
  auto out = json(405, R"({"message":"this path has no such method"})");
  auto& allow = *out.add_headers();
  allow.set_name("allow");
  allow.set_value(std::string(allowed));
  return out;
}

}  // namespace lyceum::runner::compat
