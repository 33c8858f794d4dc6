#pragma once
// The web app's files, out of the program itself.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/embedded.h"
#include "host/http.h"

namespace lyceum::host {

// What every page of ours says to the browser; `https`: the public address is https.
std::vector<HttpHeader> security_headers(bool https);

std::string_view content_type(std::string_view path);

class StaticFiles {
 public:
  // `files` as the build embedded them; "index.html" is the app's page.
  StaticFiles(std::span<const EmbeddedFile> files, bool https);

  // The file of this path, or the app's page when a person navigates to one of its addresses.
  // Nothing when it is neither, or the method is not GET.
  std::optional<HttpResponse> serve(const HttpRequest& request) const;

 private:
  struct File {
    const EmbeddedFile* file;
    std::string etag;  // empty for what never changes under its name
    std::string_view route;
    std::vector<HttpHeader> headers;
  };

  const File* find(const HttpRequest& request) const;

  std::unordered_map<std::string_view, File> files_;  // by path, without the first "/"
};

}  // namespace lyceum::host
