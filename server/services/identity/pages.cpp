#include "services/identity/pages.h"

#include "base/crypto.h"
#include "base/embedded.h"
#include "services/identity/rules.h"
#include "services/identity/texts.h"

namespace lyceum::embedded {
std::span<const EmbeddedFile> identity_pages();
}

namespace lyceum::identity::pages {
namespace {

std::string_view stylesheet() {
  return embedded::identity_pages().front().content;
}

// Changes with the stylesheet, so that it may be cached for long.
const std::string& style_url() {
  static const std::string url =
      "/realms/lyceum/pages.css?v=" + sha256_hex(stylesheet()).substr(0, 12);
  return url;
}

constexpr std::string_view logo =
    R"(<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5a2 2 0 0 1 2-2h13v15H6a2 2 0 0 0-2 2zM4 20a2 2 0 0 0 2 2h13v-4"/></svg>)";

std::string html(Language language, std::string_view title, std::string_view body) {
  const bool french = language == Language::french;
  return "<!doctype html>\n<html lang=\"" + std::string(french ? "fr" : "en") +
         "\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
         escape(title) +
         " · Lyceum</title>\n<link rel=\"icon\" href=\"/icon.svg\">\n<link rel=\"stylesheet\" "
         "href=\"" +
         style_url() +
         "\">\n</head>\n<body>\n<main class=\"card\">\n<p class=\"brand\"><span class=\"logo\">" +
         std::string(logo) + "</span>Lyceum</p>\n" + std::string(body) +
         "</main>\n</body>\n</html>\n";
}

web::Response page(int status, std::string body, std::string_view form_target) {
  web::Response response;
  response.set_status(status);
  response.set_body(std::move(body));
  // The redirect after a form is checked against form-action too: the client's origin must be
  // there.
  std::string policy =
      "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none';"
      " frame-ancestors 'none'; form-action 'self'";
  if (!form_target.empty()) policy += " " + std::string(form_target);
  web::add_header(response, "content-type", "text/html; charset=utf-8");
  web::add_header(response, "content-security-policy", policy);
  web::add_header(response, "x-frame-options", "DENY");
  web::add_header(response, "x-content-type-options", "nosniff");
  web::add_header(response, "referrer-policy", "no-referrer");
  web::add_header(response, "cross-origin-opener-policy", "same-origin");
  web::add_header(response, "cache-control", "no-store");
  return response;
}

std::string button_link(std::string_view url, std::string_view text) {
  return "<a class=\"button\" href=\"" + escape(url) + "\">" + escape(text) + "</a>\n";
}

std::string alert(const Texts& text, const SignIn& page) {
  if (page.wait_s > 0)
    return "<p class=\"alert\" role=\"alert\" id=\"problem\">" + escape(text.too_many) + " " +
           std::to_string(page.wait_s) + " " + escape(text.seconds) + "</p>\n";
  if (page.wrong)
    return "<p class=\"alert\" role=\"alert\" id=\"problem\">" + escape(text.wrong) + "</p>\n";
  return {};
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

// The first of the listed languages that is one of ours; weights are rarely out of order.
Language language_of(const web::Request& request, std::string_view ui_locales) {
  std::string wanted = rules::email_key(ui_locales) + " " +
                       rules::email_key(web::header(request, "accept-language"));
  for (char& c : wanted)
    if (c == ',' || c == ';') c = ' ';
  for (const auto& word : rules::split(wanted, ' ')) {
    if (word == "fr" || word.starts_with("fr-")) return Language::french;
    if (word == "en" || word.starts_with("en-")) return Language::english;
  }
  return Language::english;
}

web::Response sign_in(Language language, const SignIn& in, int status) {
  const Texts& text = texts(language);
  const std::string problem = alert(text, in);
  const std::string described =
      problem.empty() ? "" : R"( aria-describedby="problem" aria-invalid="true")";
  const bool at_password = !in.email.empty();
  const std::string body =
      "<h1>" + escape(text.sign_in) + "</h1>\n" + problem +
      "<form method=\"post\" action=\"/realms/lyceum/login-actions/authenticate\">\n"
      "<input type=\"hidden\" name=\"flow\" value=\"" +
      escape(in.flow) +
      "\">\n"
      "<label for=\"email\">" +
      escape(text.email) +
      "</label>\n"
      "<input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"username\" required"
      " maxlength=\"254\" spellcheck=\"false\" autocapitalize=\"none\" value=\"" +
      escape(in.email) + "\"" + described + (at_password ? "" : " autofocus") +
      ">\n"
      "<div class=\"row\"><label for=\"password\">" +
      escape(text.password) +
      "</label>"
      "<a href=\"/forgot\">" +
      escape(text.forgot) +
      "</a></div>\n"
      "<input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\""
      " required maxlength=\"512\"" +
      described + (at_password ? " autofocus" : "") +
      ">\n"
      "<button class=\"button\">" +
      escape(text.sign_in) +
      "</button>\n</form>\n"
      "<p class=\"foot\">" +
      escape(text.new_here) + " <a href=\"/sign-up\">" + escape(text.sign_up) + "</a></p>\n";
  return page(status, html(language, text.sign_in, body), in.client_origin);
}

web::Response confirm_sign_out(Language language,
                               const std::string& flow,
                               const std::string& client_origin) {
  const Texts& text = texts(language);
  const std::string body =
      "<h1>" + escape(text.sign_out_question) + "</h1>\n<p class=\"lead\">" +
      escape(text.sign_out_what) +
      "</p>\n<form method=\"post\" action=\"/realms/lyceum/login-actions/logout-confirm\">\n"
      "<input type=\"hidden\" name=\"flow\" value=\"" +
      escape(flow) +
      "\">\n"
      "<button class=\"button\">" +
      escape(text.sign_out) +
      "</button>\n</form>\n"
      "<p class=\"foot\"><a href=\"/\">" +
      escape(text.stay) + "</a></p>\n";
  return page(200, html(language, text.sign_out, body), client_origin);
}

web::Response signed_out(Language language, std::string_view public_url) {
  const Texts& text = texts(language);
  return page(200,
              html(language, text.signed_out,
                   "<h1>" + escape(text.signed_out) + "</h1>\n<p class=\"lead\">" +
                       escape(text.signed_out_what) + "</p>\n" +
                       button_link(std::string(public_url) + "/", text.home)),
              "");
}

web::Response trouble(Language language, int status, Trouble trouble, std::string_view public_url) {
  const Texts& text = texts(language);
  const std::string_view what = trouble == Trouble::client_unknown     ? text.client_unknown
                                : trouble == Trouble::redirect_unknown ? text.redirect_unknown
                                : trouble == Trouble::page_outdated    ? text.page_outdated
                                : trouble == Trouble::refused          ? text.refused
                                                                       : text.request_malformed;
  return page(status,
              html(language, text.trouble,
                   "<h1>" + escape(text.trouble) + "</h1>\n<p class=\"lead\">" + escape(what) +
                       "</p>\n" + button_link(std::string(public_url) + "/auth/login", text.again) +
                       "<p class=\"foot\"><a href=\"/\">" + escape(text.home) + "</a></p>\n"),
              "");
}

web::Response style() {
  web::Response response;
  response.set_status(200);
  response.set_body(std::string(stylesheet()));
  web::add_header(response, "content-type", "text/css; charset=utf-8");
  web::add_header(response, "cache-control", "public, max-age=31536000, immutable");
  web::add_header(response, "x-content-type-options", "nosniff");
  return response;
}

}  // namespace lyceum::identity::pages
