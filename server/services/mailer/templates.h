#pragma once
// Mails from templates/NAME.LANGUAGE.txt: a subject, then paragraphs. A paragraph "[label](link)"
// is a button, one that begins with "- " is small print. Text and HTML are made of the same source,
// so that they never say different things.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lyceum::mailer {

struct Rendered {
  std::string subject;
  std::string text;
  std::string html;
};

// What a template is filled with; the contract (MailWanted) lists the same.
struct Template {
  std::string_view name;
  std::span<const std::string_view> values;
};

std::span<const Template> templates();

using Values = std::map<std::string, std::string, std::less<>>;

// "fr-CA" → "fr"; what we do not speak → "en".
std::string_view language_of(std::string_view locale);

// invalid_argument: unknown_template, missing_value (named in `field`), bad_link.
Result<Rendered> render(std::string_view product,
                        std::string_view name,
                        std::string_view locale,
                        const Values& values);

}  // namespace lyceum::mailer
