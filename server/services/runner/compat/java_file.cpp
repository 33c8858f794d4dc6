#include <algorithm>
#include <initializer_list>

#include "services/runner/compat/exchange.h"

namespace lyceum::runner::compat {
namespace {

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

// The words and signs of a Java source, without comments, texts and white space.
class Tokens {
 public:
  explicit Tokens(std::string_view source) : rest_(source) {}

  // Empty at the end.
  std::string_view next() {
    for (;;) {
      skip(rest_.find_first_not_of(" \t\r\n\f"));
      if (rest_.starts_with("//"))
        skip(rest_.find('\n'));
      else if (rest_.starts_with("/*"))
        skip_over("*/", 2);
      else if (rest_.starts_with("\"\"\""))
        skip_over("\"\"\"", 3);
      else if (rest_.starts_with('"') || rest_.starts_with('\''))
        skip_text(rest_.front());
      else
        break;
    }
    const auto end = std::ranges::find_if_not(rest_, in_word);
    const auto length = std::max<std::size_t>(static_cast<std::size_t>(end - rest_.begin()), 1);
    const auto token = rest_.substr(0, length);
    skip(length);
    return token;
  }

 private:
  void skip(std::size_t count) { rest_.remove_prefix(std::min(count, rest_.size())); }

  void skip_over(std::string_view end, std::size_t from) {
    const auto at = rest_.find(end, from);
    skip(at == std::string_view::npos ? at : at + end.size());
  }

  void skip_text(char quote) {
    std::size_t i = 1;
    while (i < rest_.size() && rest_[i] != quote && rest_[i] != '\n') i += rest_[i] == '\\' ? 2 : 1;
    skip(i + 1);
  }

  std::string_view rest_;
};

bool any(std::initializer_list<std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

std::string java_file(std::string_view source) {
  Tokens tokens(source);
  std::string_view first;
  int depth = 0;
  bool is_public = false;
  for (auto token = tokens.next(); !token.empty(); token = tokens.next()) {
    if (token == "{") ++depth;
    if (token == "}") --depth;
    if (depth > 0 || any({"{", "}", ";"}, token)) {
      is_public = false;
      continue;
    }
    if (token == "public") is_public = true;
    if (!any({"class", "interface", "enum", "record"}, token)) continue;
    const auto name = tokens.next();
    if (first.empty() || is_public) first = name;
    if (is_public) break;
  }
  return std::string(first.empty() ? "Main" : first) + ".java";
}

}  // namespace lyceum::runner::compat
