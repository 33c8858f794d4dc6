#include "openapi.h"

#include <array>
#include <cctype>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <set>

#include "names.h"
#include "options.pb.h"
#include "routes.h"
#include "schemas.h"

namespace lyceum::contract {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

const char* const about =
    "Everything that Lyceum can do over HTTP. Sign in with the session cookie of the web app or "
    "with an API "
    "token (`Authorization: Bearer ly_pat_…`).\n\n"
    "Ids are strings of digits; other integers are numbers below 2^53; times are milliseconds "
    "since 1970 in "
    "UTC. Every field of an answer is there unless it is optional. Unknown fields and parameters "
    "are refused "
    "by name. Errors are RFC 9457 problems: programs look at `reason`.";

// Writes the document from its top to its end.
class Document {
 public:
  Document(const std::vector<const FileDescriptor*>& files, std::string& error)
      : files_(files), error_(error), json_(buffer_) {
    json_.SetIndent(' ', 1);
  }

  std::string write_all() {
    const auto all = routes(files_, error_);
    object([&] {
      text("openapi", "3.1.0");
      member("info", [&] {
        text("title", "Lyceum");
        text("version", "1");
        text("description", about);
        member("license", [&] {
          text("name", "Apache-2.0");
          text("identifier", "Apache-2.0");
        });
      });
      array("servers", [&] { object([&] { text("url", "/"); }); });
      array("tags", [&] { tags(); });
      member("paths", [&] { paths(all); });
      member("components", [&] { components(); });
    });
    if (error_.empty()) error_ = schemas_.error();
    return std::string(buffer_.GetString(), buffer_.GetSize()) + "\n";
  }

 private:
  template <class F>
  void object(F members) {
    json_.StartObject();
    members();
    json_.EndObject();
  }

  template <class F>
  void member(const char* key, F members) {
    json_.Key(key);
    object(members);
  }

  template <class F>
  void array(const char* key, F elements) {
    json_.Key(key);
    json_.StartArray();
    elements();
    json_.EndArray();
  }

  void text(const char* key, const std::string& value) { write(json_, key, value); }

  void flag(const char* key, bool value) {
    json_.Key(key);
    json_.Bool(value);
  }

  void tags() {
    for (const auto* file : files_)
      for (int i = 0; i < file->service_count(); ++i)
        object([&] {
          const auto said = comment(*file->service(i));
          text("name", file->service(i)->name());
          text("description", said.empty() ? file_comment(*file) : said);
        });
  }

  void paths(const std::vector<Route>& all) {
    std::set<std::string> done;
    for (const auto& route : all) {
      if (!done.insert(route.path).second) continue;
      member(route.path.c_str(), [&] {
        for (const auto& other : all)
          if (other.path == route.path) operation(other);
      });
    }
  }

  void operation(const Route& route) {
    std::string method = route.method;
    for (auto& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto& options = route.rpc().options().GetExtension(lyceum::rpc);
    member(method.c_str(), [&] {
      names(route, options);
      security(options);
      parameters(route, options);
      if (route.has_body() && !route.other_fields().empty()) body(route, options);
      member("responses", [&] { responses(route, options); });
    });
  }

  void names(const Route& route, const Rpc& options) {
    auto id = route.rpc().name();
    id[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(id[0])));
    auto words = snake_case(route.rpc().name());
    for (auto& c : words)
      if (c == '_') c = ' ';
    words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
    auto said = comment(route.rpc());
    if (route.unary && route.stream) said += "\n\nAs a stream: " + comment(*route.stream);
    text("operationId", id);
    text("summary", words);
    if (!said.empty()) text("description", said);
    array("tags", [&] { json_.String(route.rpc().service()->name().c_str()); });
    text("x-rate", Rate_Name(options.rate()));
    if (!options.role().empty()) text("x-role", options.role());
    if (!options.scope().empty()) text("x-scope", options.scope());
    json_.Key("x-body-max");
    json_.Int64(options.body_max() ? options.body_max() : 1 << 20);
  }

  void security(const Rpc& options) {
    array("security", [&] {
      if (options.access() == PUBLIC) object([] {});
      object([&] { array("session", [] {}); });
      object([&] {
        array("token", [&] {
          if (!options.scope().empty()) json_.String(options.scope().c_str());
        });
      });
    });
  }

  void parameter(const FieldDescriptor& field, const char* place) {
    object([&] {
      const bool in_path = std::string_view(place) == "path";
      text("name", field.name());
      text("in", place);
      const auto said = comment(field);
      if (!said.empty()) text("description", said);
      if (in_path || field.options().GetExtension(lyceum::check).required()) flag("required", true);
      json_.Key("schema");
      schemas_.field(json_, field, Direction::request);
    });
  }

  void parameters(const Route& route, const Rpc& options) {
    const auto in_path = route.path_fields();
    const auto others = route.other_fields();
    const bool in_query = !route.has_body() && !others.empty();
    if (in_path.empty() && !in_query && route.method != "POST") return;
    array("parameters", [&] {
      for (const auto* field : in_path) parameter(*field, "path");
      if (in_query)
        for (const auto* field : others) parameter(*field, "query");
      if (route.method == "POST") key_parameter(options);
    });
  }

  void key_parameter(const Rpc& options) {
    object([&] {
      text("name", "Idempotency-Key");
      text("in", "header");
      text("description",
           "Made by the client. The same key again is the same call: its first answer comes back. "
           "With another "
           "body it is 422.");
      if (options.idempotency_key()) flag("required", true);
      member("schema", [&] {
        text("type", "string");
        text("pattern", "^[!-~]{1,255}$");
      });
    });
  }

  void body(const Route& route, const Rpc& options) {
    member("requestBody", [&] {
      flag("required", true);
      member("content", [&] {
        member("application/json", [&] {
          json_.Key("schema");
          schemas_.refer_body(json_, *route.rpc().input_type(), route.other_fields());
          if (!options.example().empty()) example(route, options.example());
        });
      });
    });
  }

  void example(const Route& route, const std::string& example) {
    json_.Key("example");
    rapidjson::StringStream in(example.c_str());
    const auto parsed = rapidjson::Reader().Parse(in, json_);
    if (parsed.IsError())
      error_ = route.rpc().full_name() +
               ": the example is no JSON: " + rapidjson::GetParseError_En(parsed.Code());
  }

  void responses(const Route& route, const Rpc& options) {
    const int status = options.success() ? options.success() : 200;
    member(std::to_string(status).c_str(), [&] {
      text("description", status == 204 ? "Done." : "The answer.");
      if (status != 204) member("content", [&] { answer(route); });
    });
    std::vector<std::string> problems = {"400", "401", "403"};
    if (!route.path_fields().empty()) problems.push_back("404");
    problems.push_back("429");
    problems.push_back("default");
    for (const auto& problem : problems)
      member(problem.c_str(), [&] { text("$ref", "#/components/responses/Problem"); });
  }

  void answer(const Route& route) {
    if (route.unary)
      member("application/json", [&] {
        json_.Key("schema");
        schemas_.refer(json_, *route.unary->output_type(), Direction::response);
      });
    if (route.stream)
      member("text/event-stream", [&] {
        json_.Key("schema");
        schemas_.refer_events(json_, *route.stream->output_type());
      });
  }

  void components() {
    member("securitySchemes", [&] {
      member("session", [&] {
        text("type", "apiKey");
        text("in", "cookie");
        text("name", "__Host-ly_app");
        text("description", "The session of the web app; it may do all that its user may.");
      });
      member("token", [&] {
        text("type", "http");
        text("scheme", "bearer");
        text("description",
             "An API token, ly_pat_…, limited to its scopes: profile, learn, run, talk, admin.");
      });
    });
    member("responses", [&] {
      member("Problem", [&] {
        text("description", "Why it was not done (RFC 9457).");
        member("content", [&] {
          member("application/problem+json",
                 [&] { member("schema", [&] { text("$ref", "#/components/schemas/Problem"); }); });
        });
      });
    });
    member("schemas", [&] {
      member("Problem", [&] { problem(); });
      schemas_.write_all(json_);
    });
  }

  void problem() {
    struct Member {
      const char *name, *type, *about;
      bool required;
    };

    constexpr std::array members = {
        Member{"type", "string", "about:blank", true},
        Member{"title", "string", "The status in words", true},
        Member{"status", "integer", "The HTTP status", true},
        Member{"detail", "string", "What is wrong, for people; may change", true},
        Member{"reason", "string", "What is wrong, for programs; stable: text_too_long", true},
        Member{"field", "string", "Which field of the request is wrong: files[2].path", false},
        Member{"retry_after_ms", "integer", "When it is worth trying again", false},
        Member{"trace_id", "string", "What to tell an administrator", true}};
    text("type", "object");
    member("properties", [&] {
      for (const auto& one : members)
        member(one.name, [&] {
          text("type", one.type);
          text("description", one.about);
        });
    });
    array("required", [&] {
      for (const auto& one : members)
        if (one.required) json_.String(one.name);
    });
  }

  const std::vector<const FileDescriptor*>& files_;
  std::string& error_;
  rapidjson::StringBuffer buffer_;
  Json json_;
  Schemas schemas_;
};

}  // namespace

std::string openapi(const std::vector<const FileDescriptor*>& files, std::string& error) {
  return Document(files, error).write_all();
}

}  // namespace lyceum::contract
