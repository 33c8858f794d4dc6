#include "services/mailer/templates.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "base/embedded.h"
#include "services/mailer/message.h"

namespace lyceum::embedded {
std::span<const EmbeddedFile> mail_templates();
}

namespace lyceum::mailer {
namespace {

constexpr std::array<std::string_view, 2> name_link = {"name", "link"};
constexpr std::array<std::string_view, 3> name_link_hours = {"name", "link", "hours"};
constexpr std::array<std::string_view, 3> name_link_minutes = {"name", "link", "minutes"};
constexpr std::array<std::string_view, 3> name_two_links = {"name", "link", "reset_link"};
constexpr std::array<Template, 5> all = {{{"confirm_email", name_link_hours},
                                          {"welcome", name_link},
                                          {"password_reset", name_link_minutes},
                                          {"address_taken", name_two_links},
                                          {"password_changed", name_link}}};

std::string_view embedded_file(std::string_view path) {
  for (const auto& file : embedded::mail_templates())
    if (file.path == path) return file.content;
  return {};
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Puts the values into "{name}"s. What is no value stays as it is (CSS has braces, too).
std::string fill(std::string_view text, const Values& values) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const auto close = text.find('}');
    const auto value =
        close == std::string_view::npos ? values.end() : values.find(text.substr(1, close - 1));
    if (value != values.end()) out += value->second;
    if (value == values.end()) out += '{';
    text.remove_prefix(value != values.end() ? close + 1 : 1);
  }
  return out;
}

Values escaped(const Values& values) {
  Values out;
  for (const auto& [name, value] : values) out.emplace(name, escape(value));
  return out;
}

// Whoever signs somebody else up chooses the name, and mail programs make links of what looks like
// one. Such a name is left out, so that we carry nobody's advertising.
bool looks_like_a_link(std::string_view name) {
  if (name.find_first_of("/@\\<>") != std::string_view::npos) return true;
  for (std::size_t i = 1; i + 1 < name.size(); ++i)  // "evil.example", but not "J. R. Smith"
    if (name[i] == '.' && name[i - 1] != ' ' && name[i + 1] != ' ') return true;
  return false;
}

std::string greeting(std::string_view language, std::string_view name) {
  const bool named = !name.empty() && !looks_like_a_link(name);
  const std::string_view hello = language == "fr" ? "Bonjour" : "Hello";
  return named ? fmt::format("{} {},", hello, name) : fmt::format("{},", hello);
}

struct Paragraph {
  enum class Kind { text, button, small };
  Kind kind = Kind::text;
  std::string_view text;  // of a button: its label
  std::string_view link;  // "{link}"
};

Paragraph paragraph(std::string_view source) {
  if (source.starts_with("- ")) return {Paragraph::Kind::small, source.substr(2), {}};
  const auto middle = source.find("](");
  if (source.starts_with('[') && source.ends_with(')') && middle != std::string_view::npos)
    return {Paragraph::Kind::button, source.substr(1, middle - 1),
            source.substr(middle + 2, source.size() - middle - 3)};
  return {Paragraph::Kind::text, source, {}};
}

std::vector<Paragraph> paragraphs(std::string_view source) {
  std::vector<Paragraph> out;
  while (!source.empty()) {
    const auto end = source.find("\n\n");
    auto text = source.substr(0, end);
    while (text.ends_with('\n')) text.remove_suffix(1);
    while (text.starts_with('\n')) text.remove_prefix(1);
    if (!text.empty()) out.push_back(paragraph(text));
    source.remove_prefix(end == std::string_view::npos ? source.size() : end + 2);
  }
  return out;
}

std::string wrapped(std::string_view text) {
  constexpr std::size_t width = 72;
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (column > 0 && column + 1 + word.size() > width) {
      out += '\n';
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string as_text(const Paragraph& p, const Values& values) {
  if (p.kind == Paragraph::Kind::button)
    return fmt::format("{}:\n{}", fill(p.text, values), fill(p.link, values));
  return wrapped(fill(p.text, values));
}

// `values` are escaped; the source's own text is not.
std::string as_html(const Paragraph& p, const Values& values) {
  const std::string text = fill(escape(p.text), values);
  const std::string link = fill(p.link, values);
  switch (p.kind) {
    case Paragraph::Kind::button:
      return fmt::format(
          R"(<p style="margin:24px 0 12px;"><a href="{}" style="display:inline-block;padding:12px 22px;background:#4f46e5;color:#ffffff;font-size:15px;line-height:20px;font-weight:600;text-decoration:none;border-radius:8px;">{}</a></p>
<p class="soft" style="margin:0 0 16px;font-size:13px;line-height:20px;color:#5b6070;word-break:break-all;"><a class="url" href="{}" style="color:#4f46e5;">{}</a></p>
)",
          link, text, link, link);
    case Paragraph::Kind::small:
      return fmt::format(
          R"(<p class="soft rule" style="margin:24px 0 0;padding:16px 0 0;border-top:1px solid #e2e4ea;font-size:13px;line-height:20px;color:#5b6070;">{}</p>
)",
          text);
    case Paragraph::Kind::text:
      break;
  }
  return fmt::format(
      R"(<p class="text" style="margin:0 0 16px;font-size:15px;line-height:24px;color:#1b1d26;">{}</p>
)",
      text);
}

Result<Values> checked(const Template& wanted, const Values& given) {
  Values out;
  for (const auto name : wanted.values) {
    const auto found = given.find(name);
    if (found == given.end())
      return bad_field(fmt::format("values.{}", name), "missing_value", "the template needs it");
    std::string value = without_controls(found->second);
    const bool link = name.ends_with("link");
    if (link && !value.starts_with("https://") && !value.starts_with("http://"))
      return bad_field(fmt::format("values.{}", name), "bad_link", "a link begins with https://");
    if (value.size() > 2000)
      return bad_field(fmt::format("values.{}", name), "value_too_long", "the value is too long");
    if (value.empty() && name != "name")
      return bad_field(fmt::format("values.{}", name), "missing_value", "the template needs it");
    out.emplace(name, std::move(value));
  }
  return out;
}

}  // namespace

std::span<const Template> templates() {
  return all;
}

std::string_view language_of(std::string_view locale) {
  return locale.substr(0, 2) == "fr" ? "fr" : "en";
}

Result<Rendered> render(std::string_view product,
                        std::string_view name,
                        std::string_view locale,
                        const Values& given) {
  const auto wanted = std::ranges::find(all, name, &Template::name);
  if (wanted == all.end())
    return bad_field("template", "unknown_template", "there is no such template");
  TRY(Values values, checked(*wanted, given));
  const std::string_view language = language_of(locale);
  values["product"] = product;
  values["greeting"] = greeting(language, values["name"]);

  std::string_view source = embedded_file(fmt::format("{}.{}.txt", name, language));
  constexpr std::string_view subject = "Subject: ";
  const auto end = source.find('\n');
  if (!source.starts_with(subject) || end == std::string_view::npos)
    return fail(Code::internal, "broken_template", "the template cannot be read");

  Rendered out;
  out.subject = fill(source.substr(subject.size(), end - subject.size()), values);
  Values html_values = escaped(values);
  std::string body;
  std::string preview;
  for (const auto& p : paragraphs(source.substr(end + 1))) {
    out.text += as_text(p, values) + "\n\n";
    body += as_html(p, html_values);
    if (preview.empty() && p.kind == Paragraph::Kind::text && p.text != "{greeting}")
      preview = fill(escape(p.text), html_values);
  }
  out.text += fmt::format("-- \n{}\n", product);
  html_values["subject"] = escape(out.subject);
  html_values["lang"] = language;
  html_values["body"] = std::move(body);
  html_values["preview"] = std::move(preview);
  out.html = fill(embedded_file("layout.html"), html_values);
  return out;
}

}  // namespace lyceum::mailer
