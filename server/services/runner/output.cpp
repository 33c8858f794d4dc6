#include "services/runner/output.h"

#include <algorithm>
#include <unistd.h>

#include "base/crypto.h"
#include "base/text.h"

namespace lyceum::runner {

std::string_view whole_characters(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto c = static_cast<unsigned char>(text[text.size() - back]);
    if (c < 0x80) break;
    if (c < 0xc0) continue;
    const std::size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    return back < length ? text.substr(0, text.size() - back) : text;
  }
  return text;
}

std::string safe_text(std::string_view text, std::size_t most) {
  std::string out;
  while (!text.empty()) {
    auto rest = text;
    const auto code = text::take(rest);
    if (!code) rest.remove_prefix(1);
    const auto part =
        code && *code ? text.substr(0, text.size() - rest.size()) : std::string_view("\uFFFD");
    if (out.size() + part.size() > most) break;
    out += part;
    text = rest;
  }
  return out;
}

std::string beginning_of(const Content& content, std::int64_t most) {
  std::string out(static_cast<std::size_t>(std::min(content.size(), most)), '\0');
  std::size_t done = 0;
  while (done < out.size()) {
    const auto got =
        pread(content.fd(), out.data() + done, out.size() - done, static_cast<off_t>(done));
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  out.resize(done);
  return out;
}

Text present(std::string_view kept, std::int64_t written, std::int64_t& left) {
  Text out;
  const auto size = std::min<std::int64_t>(std::ssize(kept), left);
  kept = kept.substr(0, static_cast<std::size_t>(size));
  out.truncated = size < written;
  if (out.truncated) kept = whole_characters(kept);
  left -= std::ssize(kept);
  out.base64 = !text::is_utf8(kept);
  out.value = out.base64 ? base64(kept) : std::string(kept);
  return out;
}

std::int64_t whole_ms(std::int64_t ns) {
  return (ns + 500'000) / 1'000'000;
}

}  // namespace lyceum::runner
