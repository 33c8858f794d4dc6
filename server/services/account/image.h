#pragma once
// What kind of picture these bytes are, by what they say and not by what anybody calls them.

#include <optional>
#include <string_view>

namespace lyceum::account {

struct Image {
  std::string_view type;  // "image/png", "image/jpeg", "image/webp"
  int width = 0;
  int height = 0;
};

// Nothing: it is none of the three, or its header is cut or nonsense.
std::optional<Image> read_image(std::string_view bytes);

}  // namespace lyceum::account
