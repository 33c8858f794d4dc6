#include "host/rest_request.h"

#include <algorithm>
#include <charconv>
#include <google/protobuf/descriptor.h>
#include <ranges>

#include "contract/common.pb.h"
#include "host/field_path.h"
#include "host/json.h"

namespace lyceum::host {
namespace {

using google::protobuf::FieldDescriptor;

std::unexpected<Error> malformed_query() {
  return fail(Code::invalid_argument, "malformed_query", "the query is not name=value&name=value");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// application/x-www-form-urlencoded.
Result<std::string> decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return malformed_query();
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

Result<void> set_parameter(Message& message, const FieldDescriptor* field, std::string_view text) {
  auto good = from_text(text, message, field);
  if (!good) return fail(below(field->name(), std::move(good).error()));
  return {};
}

Result<void> read_query(const RestRoute& route, std::string_view query, Message& message) {
  std::vector<const FieldDescriptor*> seen;
  for (const auto piece : std::views::split(query, '&')) {
    const std::string_view pair(piece.begin(), piece.end());
    const auto equals = std::min(pair.find('='), pair.size());
    TRY(const auto name, decoded(pair.substr(0, equals)));
    TRY(const auto value, decoded(pair.substr(std::min(equals + 1, pair.size()))));
    if (name.empty()) return malformed_query();
    const auto* field = route.has_body ? nullptr : message.GetDescriptor()->FindFieldByName(name);
    if (!field || std::ranges::find(route.path_fields, field) != route.path_fields.end())
      return bad_field(name.substr(0, 100), "unknown_parameter", "there is no such parameter");
    if (std::ranges::find(seen, field) != seen.end())
      return bad_field(name, "repeated_parameter", "is there twice");
    seen.push_back(field);
    TRY_VOID(set_parameter(message, field, value));
  }
  return {};
}

Result<void> read_body(const RestRoute& route, HttpRequest& request, Message& message) {
  if (!route.has_body || !route.has_other_fields) {
    if (request.body.empty() || (route.has_body && request.body == "{}")) return {};
    return fail(Code::invalid_argument, "body_unexpected", "this request has no body");
  }
  if (request.body.empty())
    return fail(Code::invalid_argument, "body_required",
                "the request needs a JSON object as its body");
  return from_json(std::move(request.body), message, route.path_fields);
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

bool same_word(std::string_view a, std::string_view lower) {
  return std::ranges::equal(
      a, lower, [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

// One of "text/html;q=0.8, */*": calls see(name, weight in thousandths).
template <class F>
void each_weighted(std::string_view header, F see) {
  for (const auto piece : std::views::split(header, ',')) {
    std::string_view rest(piece.begin(), piece.end());
    const auto name = trimmed(rest.substr(0, rest.find(';')));
    int weight = 1000;
    if (const auto q = rest.find("q="); q != std::string_view::npos) {
      double parsed = 1;
      const auto number = rest.substr(q + 2);
      std::from_chars(number.data(), number.data() + number.size(), parsed);
      weight = static_cast<int>(std::clamp(parsed, 0.0, 1.0) * 1000);
    }
    if (!name.empty()) see(name, weight);
  }
}

}  // namespace

bool is_json(std::string_view content_type) {
  const auto semicolon = std::min(content_type.find(';'), content_type.size());
  if (!same_word(trimmed(content_type.substr(0, semicolon)), "application/json")) return false;
  if (semicolon == content_type.size()) return true;
  const auto parameter = trimmed(content_type.substr(semicolon + 1));
  return same_word(parameter, "charset=utf-8") || same_word(parameter, "charset=\"utf-8\"");
}

Result<MessagePtr> read_request(const RestMatch& match,
                                const Method& method,
                                HttpRequest& request) {
  MessagePtr message(method.request->New());
  TRY_VOID(read_body(*match.route, request, *message));
  for (std::size_t i = 0; i < match.values.size(); ++i)
    TRY_VOID(set_parameter(*message, match.route->path_fields[i], match.values[i]));
  if (!request.query.empty()) TRY_VOID(read_query(*match.route, request.query, *message));
  return message;
}

MessagePtr web_request(HttpRequest& request) {
  auto message = std::make_unique<v1::WebRequest>();
  message->set_method(request.method == "HEAD" ? "GET" : request.method);
  message->set_path(request.path);
  message->set_query(request.query);
  for (const auto& header : request.headers) {
    auto& one = *message->add_headers();
    one.set_name(header.name);
    one.set_value(header.value);
  }
  message->set_body(std::move(request.body));
  message->set_address(request.address);
  return message;
}

Result<std::string> idempotency_key(const HttpRequest& request) {
  constexpr std::size_t longest = 255;
  const auto named = [](const HttpHeader& header) { return header.name == "idempotency-key"; };
  const auto found = std::ranges::find_if(request.headers, named);
  if (found == request.headers.end()) return std::string();
  const auto& key = found->value;
  const bool printable = std::ranges::all_of(key, [](char c) { return c >= '!' && c <= '~'; });
  if (key.empty() || key.size() > longest || !printable ||
      std::ranges::count_if(request.headers, named) > 1)
    return bad_field("Idempotency-Key", "idempotency_key_invalid",
                     "must be one key of 1 to 255 printable ASCII characters");
  return key;
}

std::string locale(std::string_view accept_language) {
  std::string best = "en";
  int most = 0;
  each_weighted(accept_language, [&](std::string_view name, int weight) {
    const auto language = name.substr(0, name.find('-'));
    const bool ours = same_word(language, "en") || same_word(language, "fr");
    if (!ours || weight <= most) return;
    most = weight;
    best = same_word(language, "fr") ? "fr" : "en";
  });
  return best;
}

bool wants_events(std::string_view accept) {
  bool wanted = false;
  each_weighted(accept, [&](std::string_view name, int weight) {
    wanted |= weight > 0 && same_word(name, "text/event-stream");
  });
  return wanted;
}

bool accepts_events(std::string_view accept) {
  bool accepted = trimmed(accept).empty() || wants_events(accept);
  each_weighted(accept, [&](std::string_view name, int weight) {
    accepted |= weight > 0 && (name == "*/*" || same_word(name, "text/*"));
  });
  return accepted;
}

}  // namespace lyceum::host
