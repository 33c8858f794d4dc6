#pragma once
// The contract for people and programs: /docs, a page to read and try every call, and
// /api/openapi.json that it is made of. Both are files of our own inside the program.

#include <optional>

#include "host/http.h"
#include "host/static_files.h"

namespace lyceum::host {

class Docs {
 public:
  explicit Docs(bool https);  // as StaticFiles

  // Nothing when the path is not one of the two. Ask before Rest, which owns all of /api.
  std::optional<HttpResponse> serve(const HttpRequest& request) const;

 private:
  const StaticFiles files_;
};

}  // namespace lyceum::host
