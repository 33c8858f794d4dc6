#include "services/account/image.h"

#include <cstdint>

namespace lyceum::account {
namespace {

// Reads numbers; beyond the end everything is 0, which no header takes for an answer.
struct Bytes {
  std::string_view all;

  std::uint32_t byte(std::size_t at) const {
    return at < all.size() ? static_cast<unsigned char>(all[at]) : 0;
  }

  std::uint32_t big(std::size_t at, std::size_t count) const {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < count; ++i) number = (number << 8U) | byte(at + i);
    return number;
  }

  std::uint32_t little(std::size_t at, std::size_t count) const {
    std::uint32_t number = 0;
    for (std::size_t i = count; i > 0; --i) number = (number << 8U) | byte(at + i - 1);
    return number;
  }

  bool has(std::size_t at, std::string_view what) const {
    return at <= all.size() && all.substr(at, what.size()) == what;
  }
};

std::optional<Image> sized(std::string_view type, std::uint32_t width, std::uint32_t height) {
  if (width == 0 || height == 0 || width > 0x7FFFFFFF || height > 0x7FFFFFFF) return std::nullopt;
  return Image{type, static_cast<int>(width), static_cast<int>(height)};
}

std::optional<Image> read_png(const Bytes& bytes) {
  if (bytes.all.size() < 33 || bytes.big(8, 4) != 13 || !bytes.has(12, "IHDR")) return std::nullopt;
  return sized("image/png", bytes.big(16, 4), bytes.big(20, 4));
}

// Segments follow each other until the one that starts a frame (SOF0 to SOF15, less the three whose
// numbers mean something else).
std::optional<Image> read_jpeg(const Bytes& bytes) {
  std::size_t at = 2;
  while (at + 4 <= bytes.all.size()) {
    if (bytes.byte(at) != 0xFF) return std::nullopt;
    const auto marker = bytes.byte(at + 1);
    if (marker == 0xFF) {  // filling
      ++at;
      continue;
    }
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {  // without content
      at += 2;
      continue;
    }
    if (marker == 0xD8 || marker == 0xD9 || marker == 0xDA) return std::nullopt;
    const std::size_t length = bytes.big(at + 2, 2);
    if (length < 2 || at + 2 + length > bytes.all.size()) return std::nullopt;
    const bool frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame && length < 8) return std::nullopt;
    if (frame) return sized("image/jpeg", bytes.big(at + 7, 2), bytes.big(at + 5, 2));
    at += 2 + length;
  }
  return std::nullopt;
}

std::optional<Image> read_webp(const Bytes& bytes) {
  if (bytes.all.size() < 30) return std::nullopt;
  if (bytes.has(12, "VP8X"))
    return sized("image/webp", bytes.little(24, 3) + 1, bytes.little(27, 3) + 1);
  if (bytes.has(12, "VP8L") && bytes.byte(20) == 0x2F) {
    const std::uint32_t bits = bytes.little(21, 4);
    return sized("image/webp", (bits & 0x3FFFU) + 1, ((bits >> 14U) & 0x3FFFU) + 1);
  }
  if (bytes.has(12, "VP8 ") && bytes.has(23, "\x9D\x01\x2A"))
    return sized("image/webp", bytes.little(26, 2) & 0x3FFFU, bytes.little(28, 2) & 0x3FFFU);
  return std::nullopt;
}

}  // namespace

std::optional<Image> read_image(std::string_view all) {
  const Bytes bytes{all};
  if (bytes.has(0, "\x89PNG\r\n\x1A\n")) return read_png(bytes);
  if (bytes.has(0, "\xFF\xD8\xFF")) return read_jpeg(bytes);
  if (bytes.has(0, "RIFF") && bytes.has(8, "WEBP")) return read_webp(bytes);
  return std::nullopt;
}

}  // namespace lyceum::account
