#pragma once
// What the three doors share: JSON of requests and answers, and the ways between what they say and
// what the runner says. No I/O.

#include <initializer_list>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "contract/common.pb.h"
#include "contract/runner.rpc.h"

namespace lyceum::runner::compat {

namespace api = lyceum::runner::v1;
using Request = lyceum::v1::WebRequest;
using Response = lyceum::v1::WebResponse;

// Members of a JSON object. One that is not there or null is nothing; one of another type is an
// error that names it.
class Fields {
 public:
  explicit Fields(simdjson::dom::object object) : object_(object) {}

  bool has(std::string_view name) const;
  Result<std::optional<std::string>> text(std::string_view name) const;
  Result<std::optional<double>> number(std::string_view name) const;  // also as text, "2.5"
  Result<std::optional<bool>> flag(std::string_view name) const;      // also 0 and 1
  Result<std::vector<std::string>> texts(std::string_view name) const;
  Result<std::optional<simdjson::dom::array>> list(std::string_view name) const;
  Result<std::optional<Fields>> object(std::string_view name) const;

 private:
  std::optional<simdjson::dom::element> find(std::string_view name) const;

  simdjson::dom::object object_;
};

// Owns what its fields look into.
class Body {
 public:
  // invalid_argument "malformed_json" for anything but an object.
  Result<Fields> read(std::string_view json);

 private:
  simdjson::dom::parser parser_;
};

// The sizes that the contract allows (runner.proto), for requests that do not come through it.
Result<void> check_sizes(const api::RunRequest& request);

// The error, its field as the caller knows it: of {"limits.cpu_ms", "cputime"} the first pair whose
// first part the field is or is within.
using Names = std::initializer_list<std::pair<std::string_view, std::string_view>>;
Error renamed(Error error, Names names);

// So many units, as a whole number; at least 1.
std::int64_t scaled(double value, double unit);

// An output as the program wrote it.
std::string bytes_of(const std::string& text, bool base64);
std::string out_of(const api::TestResult& result);
std::string err_of(const api::TestResult& result);
// Both outputs of the compiler, stderr first.
std::string compiler_said(const api::CompileResult& result);
// The same with U+FFFD for each byte that is no UTF-8.
std::string as_utf8(std::string_view bytes);

// "12.2.0" of "gcc (Debian 12.2.0-14) 12.2.0"; "0.0.0" where there is no number.
std::string version_number(std::string_view tool_says);

// The file that javac wants the program in: after its public class, else its first, else Main.
std::string java_file(std::string_view source);

// The value of a query's parameter, decoded; empty when it is not there.
std::string parameter(std::string_view query, std::string_view name);

Response json(int status, std::string body);
Response nothing(int status);
Response wrong_method(std::string_view allowed);

}  // namespace lyceum::runner::compat
