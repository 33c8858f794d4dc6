#pragma once
// Headers that are compiled ahead ([precompiled] of a language): reading them is most of what a
// compiler of C++ does. Each is made when a program first needs it, from one line of ours and with
// the language's own flags, so nothing of a user is in it; afterwards every compile that begins
// with this header gets a copy of its own.

#include "contract/runner.pb.h"
#include "services/runner/languages.h"
#include "services/runner/made_ahead.h"

namespace lyceum::runner {

class PrecompiledHeaders {
 public:
  explicit PrecompiledHeaders(std::shared_ptr<Sandbox> sandbox) : made_(std::move(sandbox)) {}

  // Files for a compile of these sources ("w/.pch/iostream.gch"); `environment` is the compile's.
  std::vector<SandboxFile> files(const boost::asio::any_io_executor& loop,
                                 const Language& language,
                                 const google::protobuf::RepeatedPtrField<v1::File>& sources,
                                 const std::vector<std::string>& environment);

 private:
  MadeAhead made_;
};

// The header that a source includes first, "bits/stdc++.h"; only that can be one compiled ahead.
std::string_view first_include(std::string_view source);

}  // namespace lyceum::runner
