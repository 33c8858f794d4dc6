#include "services/identity/web.h"

#include <algorithm>

#include "base/text.h"
#include "services/identity/rules.h"

namespace lyceum::identity::web {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

std::optional<std::string> form_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return {};
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return {};
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (!text::is_utf8(out) || out.contains('\0')) return {};
  return out;
}

Result<Form> Form::parse(std::string_view encoded) {
  Form form;
  for (const auto& field : rules::split(encoded, '&')) {
    const auto equals = std::min(field.find('='), field.size());
    auto name = form_decode(std::string_view(field).substr(0, equals));
    auto value = form_decode(std::string_view(field).substr(std::min(equals + 1, field.size())));
    if (!name || !value)
      return fail(Code::invalid_argument, "form_malformed", "the form is not properly encoded");
    const auto known =
        std::ranges::find(form.fields_, *name, &std::pair<std::string, std::string>::first);
    if (known != form.fields_.end())
      form.doubled_.push_back(*name);
    else
      form.fields_.emplace_back(*std::move(name), *std::move(value));
  }
  return form;
}

const std::string& Form::get(std::string_view name) const {
  static const std::string none;
  for (const auto& [key, value] : fields_)
    if (key == name) return value;
  return none;
}

bool Form::doubled(std::string_view name) const {
  return rules::among(doubled_, std::string(name));
}

void Form::set(std::string name, std::string value) {
  remove(name);
  fields_.emplace_back(std::move(name), std::move(value));
}

void Form::remove(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return field.first == name; });
}

std::string Form::encode() const {
  std::string out;
  for (const auto& [name, value] : fields_) {
    if (!out.empty()) out += '&';
    out += percent_encode(name) + '=' + percent_encode(value);
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (unreserved(c)) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

std::string with_query(
    std::string_view url,
    std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string out(url);
  char separator = url.contains('?') ? '&' : '?';
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    out += separator;
    out += std::string(name) + '=' + percent_encode(value);
    separator = '&';
  }
  return out;
}

std::string header(const Request& request, std::string_view name) {
  for (const auto& h : request.headers())
    if (h.name() == name) return h.value();
  return {};
}

int count_headers(const Request& request, std::string_view name) {
  return static_cast<int>(
      std::ranges::count_if(request.headers(), [&](const auto& h) { return h.name() == name; }));
}

bool is_form(const Request& request) {
  std::string type = rules::email_key(header(request, "content-type"));  // to lower case
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  return type == "application/x-www-form-urlencoded";
}

std::string cookie(const Request& request, std::string_view name) {
  for (const auto& h : request.headers()) {
    if (h.name() != "cookie") continue;
    for (std::string_view pair : rules::split(h.value(), ';')) {
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name)
        return std::string(pair.substr(equals + 1));
    }
  }
  return {};
}

std::string host_cookie(std::string_view name, std::string_view value, std::int64_t max_age_s) {
  std::string out(name);
  out += '=';
  out += value;
  out += "; Path=/; Secure; HttpOnly; SameSite=Lax";
  if (max_age_s >= 0) out += "; Max-Age=" + std::to_string(max_age_s);
  return out;
}

bool from_elsewhere(const Request& request, std::string_view our_origin) {
  const std::string site = header(request, "sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return true;
  const std::string origin = header(request, "origin");
  // Our own pages say no-referrer, for which browsers send "null" beside Sec-Fetch-Site.
  if (origin == "null") return site.empty();
  return !origin.empty() && origin != our_origin;
}

void add_header(Response& response, std::string_view name, std::string_view value) {
  auto& added = *response.add_headers();
  added.set_name(std::string(name));
  added.set_value(std::string(value));
}

Response redirect(std::string_view location) {
  Response response;
  response.set_status(303);
  add_header(response, "location", location);
  add_header(response, "cache-control", "no-store");
  add_header(response, "referrer-policy", "no-referrer");
  return response;
}

Response json(int status, std::string body) {
  Response response;
  response.set_status(status);
  response.set_body(std::move(body));
  add_header(response, "content-type", "application/json");
  add_header(response, "cache-control", "no-store");
  add_header(response, "x-content-type-options", "nosniff");
  return response;
}

Response text(int status, std::string_view body) {
  Response response;
  response.set_status(status);
  response.set_body(std::string(body));
  add_header(response, "content-type", "text/plain; charset=utf-8");
  add_header(response, "cache-control", "no-store");
  add_header(response, "x-content-type-options", "nosniff");
  return response;
}

std::string json_string(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace lyceum::identity::web
