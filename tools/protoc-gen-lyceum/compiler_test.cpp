// The contract compiler on contracts made up on the spot.

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>
#include <map>

#include "cpp.h"
#include "names.h"
#include "openapi.h"

namespace lyceum::contract {
namespace {

namespace compiler = google::protobuf::compiler;
using google::protobuf::FileDescriptor;

class Texts final : public compiler::SourceTree, public compiler::MultiFileErrorCollector {
 public:
  google::protobuf::io::ZeroCopyInputStream* Open(const std::string& name) override {
    const auto found = files.find(name);
    if (found == files.end()) return nullptr;
    return new google::protobuf::io::ArrayInputStream(found->second.data(),
                                                      static_cast<int>(found->second.size()));
  }

  void AddError(const std::string& file, int line, int, const std::string& message) override {
    ADD_FAILURE() << file << ":" << line + 1 << ": " << message;
  }

  std::map<std::string, std::string> files;
};

class CompilerTest : public ::testing::Test {
 protected:
  // "one.proto", as protoc would hand it to us: through bytes, so that our options are understood.
  const FileDescriptor& compile(const std::string& text) {
    texts_.files["one.proto"] =
        "syntax = \"proto3\";\npackage lyceum.one.v1;\nimport \"options.proto\";\n" + text;
    texts_.files["options.proto"] = source_of("options.proto");
    texts_.files["google/protobuf/descriptor.proto"] =
        source_of("google/protobuf/descriptor.proto");
    const auto* file = importer_.Import("one.proto");
    add(*file->dependency(0)->dependency(0));
    add(*file->dependency(0));
    return *add(*file);
  }

  std::string json(const std::string& text) {
    const auto& file = compile(text);
    error.clear();
    return openapi({&file}, error);
  }

  // Without white space, so that a test can look for a part of it.
  std::string packed(const std::string& text) {
    std::string out;
    bool in_string = false;
    for (const char c : json(text)) {
      if (c == '"') in_string = !in_string;
      if (in_string || (c != ' ' && c != '\n')) out += c;
    }
    return out;
  }

  std::string error;

 private:
  static std::string source_of(const std::string& name) {
    const auto* file = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name);
    return file->DebugString();
  }

  const FileDescriptor* add(const FileDescriptor& file) {
    google::protobuf::FileDescriptorProto proto;
    file.CopyTo(&proto);
    file.CopySourceCodeInfoTo(&proto);
    google::protobuf::FileDescriptorProto understood;
    understood.ParseFromString(proto.SerializeAsString());
    return pool_.BuildFile(understood);
  }

  Texts texts_;
  compiler::Importer importer_{&texts_, &texts_};
  google::protobuf::DescriptorPool pool_;
};

constexpr const char* small = R"(
  // Makes things.
  service Maker {
    // Makes one.
    rpc MakeThing(MakeThingRequest) returns (Thing) {
      option (lyceum.rpc) = { http: "POST /api/v1/things/{shelf_id}" access: USER scope: "make" success: 201 example: '{"name":"x"}' };
    }
    rpc WatchThing(MakeThingRequest) returns (stream ThingEvent) {
      option (lyceum.rpc) = { http: "POST /api/v1/things/{shelf_id}" access: USER };
    }
    rpc Try(ListThingsRequest) returns (Thing) {
      option (lyceum.rpc) = { http: "GET /api/v1/things" access: PUBLIC };
    }
    rpc Hidden(ListThingsRequest) returns (Thing);
  }
  message MakeThingRequest {
    int64 shelf_id = 1;
    string name = 2 [(lyceum.check) = { required: true max: 5 }];
    Part part = 3;
  }
  message ListThingsRequest { int32 limit = 1 [(lyceum.check) = { max: 100 }]; }
  message Part { repeated int64 owner_ids = 1; bytes data = 2 [(lyceum.check) = { max: 10 }]; }
  message Thing { int64 id = 1; int64 made_at = 2; optional string note = 3; Part part = 4; string color = 5 [(lyceum.check) = { one_of: "red,blue" }]; }
  message ThingEvent { oneof event { Thing made = 1; Part failed = 2; } }
)";

TEST(Names, words_of_an_rpc_become_snake_case) {
  EXPECT_EQ(snake_case("ListModules"), "list_modules");
  EXPECT_EQ(snake_case("GetURL"), "get_url");
  EXPECT_EQ(snake_case("OpenIDLogin"), "open_id_login");
  EXPECT_EQ(snake_case("V2Ping"), "v2_ping");
  EXPECT_EQ(identifier("Try"), "try_");
  EXPECT_EQ(identifier("Delete"), "delete_");
}

TEST_F(CompilerTest, a_service_becomes_an_interface_with_its_comments) {
  const auto header = rpc_header(compile(small), "one");
  for (const auto* line :
       {"// Makes things.\nclass MakerApi {",
        "  // Makes one.\n  virtual Task<Result<Thing>> make_thing(Call call, MakeThingRequest "
        "request) = 0;",
        "  virtual Task<Result<void>> watch_thing(Call call, MakeThingRequest request, "
        "Sink<ThingEvent> sink) = 0;",
        "  virtual Task<Result<Thing>> try_(Call call, ListThingsRequest request) = 0;",
        "void publish(lyceum::MethodTable& table, MakerApi& api);",
        "std::unique_ptr<MakerApi> connect_maker(lyceum::Channel& channel);",
        "namespace lyceum::one::v1 {"})
    EXPECT_TRUE(header.contains(line)) << line << "\n" << header;
}

TEST_F(CompilerTest, a_message_may_not_hide_what_generated_code_uses) {
  EXPECT_EQ(check_names(compile("message Result {} service A { rpc B(Result) returns (Result); }")),
            "one.proto: no message may be called Result, as base/ has a type of that name");
}

TEST_F(CompilerTest, requests_do_not_stream) {
  EXPECT_NE(check_names(compile("message M {} service A { rpc B(stream M) returns (M); }")), "");
}

TEST_F(CompilerTest, the_document_has_the_routes_and_their_rules) {
  const auto document = packed(small);
  ASSERT_EQ(error, "");
  for (
      const auto* part :
      {R"("operationId":"makeThing","summary":"Make thing","description":"Makes one.)",
       R"("x-scope":"make")", R"("security":[{"session":[]},{"token":["make"]}])",
       R"("security":[{},{"session":[]},{"token":[]}])",
       R"("name":"shelf_id","in":"path","required":true)",
       R"("name":"limit","in":"query","schema":{"type":"integer","format":"int32","minimum":0,"maximum":100})",
       R"("example":{"name":"x"})",
       R"("201":{"description":"The answer.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Thing"}},"text/event-stream":{"schema":{"$ref":"#/components/schemas/ThingEvent"}}}})"})
    EXPECT_TRUE(document.contains(part)) << part << "\n" << document;
  EXPECT_FALSE(document.contains("idden"));
}

TEST_F(CompilerTest, a_body_lacks_what_the_path_has_and_takes_nothing_unknown) {
  const auto document = packed(small);
  EXPECT_TRUE(document.contains(
      R"("MakeThingRequest":{"type":"object","properties":{"name":{"type":"string","minLength":1,"maxLength":5},)"
      R"("part":{"$ref":"#/components/schemas/PartInput"}},"required":["name"],"additionalProperties":false})"))
      << document;
}

TEST_F(CompilerTest, a_message_differs_where_it_is_sent_and_where_it_is_answered) {
  const auto document = packed(small);
  EXPECT_TRUE(document.contains(
      R"("PartInput":{"type":"object","properties":{"owner_ids":{"type":"array","maxItems":1000,"items":)"
      R"({"type":"string","pattern":"^(0|[1-9][0-9]{0,18})$"}},"data":{"type":"string","contentEncoding":"base64","maxLength":16}},)"
      R"("additionalProperties":false})"))
      << document;
  EXPECT_TRUE(document.contains(R"("required":["owner_ids","data"]})")) << document;
}

TEST_F(CompilerTest, of_an_answer_all_is_there_but_what_is_optional) {
  const auto document = packed(small);
  EXPECT_TRUE(document.contains(
      R"("made_at":{"type":"integer","format":"int64"},"note":{"type":"string"})"))
      << document;
  EXPECT_TRUE(document.contains(
      R"("color":{"type":"string","enum":["red","blue"]}},"required":["id","made_at","part","color"]})"))
      << document;
}

TEST_F(CompilerTest, a_stream_is_its_events_and_the_error) {
  const auto document = packed(small);
  EXPECT_TRUE(document.contains(
      R"("properties":{"event":{"const":"made"},"data":{"$ref":"#/components/schemas/Thing"}},"required":["event","data"])"))
      << document;
  EXPECT_TRUE(document.contains(
      R"("event":{"const":"error"},"data":{"$ref":"#/components/schemas/Problem"})"))
      << document;
}

struct Wrong {
  const char* contract;
  const char* said;  // a part of it
};

class WrongContract : public CompilerTest, public ::testing::WithParamInterface<Wrong> {};

TEST_P(WrongContract, stops_the_build_with_a_sentence) {
  json(GetParam().contract);
  EXPECT_TRUE(error.contains(GetParam().said)) << error;
}

INSTANTIATE_TEST_SUITE_P(
    each,
    WrongContract,
    ::testing::Values(
        Wrong{R"(message M {} service A {
                 rpc B(M) returns (M) { option (lyceum.rpc) = { http: "GET /a" access: USER }; }
                 rpc C(M) returns (M) { option (lyceum.rpc) = { http: "GET /a" access: USER }; } })",
              "lyceum.one.v1.A.C: \"GET /a\" is taken by lyceum.one.v1.A.B"},
        Wrong{
            R"(message M {} service A { rpc B(M) returns (M) { option (lyceum.rpc) = { http: "GET /a/{id}" access: USER }; } })",
            "{id} is no plain field of lyceum.one.v1.M"},
        Wrong{
            R"(message M { repeated string words = 1; } service A { rpc B(M) returns (M) { option (lyceum.rpc) = { http: "GET /a" access: USER }; } })",
            "cannot be in a query"},
        Wrong{
            R"(message M {} service A { rpc B(M) returns (M) { option (lyceum.rpc) = { http: "FETCH /a" access: USER }; } })",
            "\"FETCH /a\" is no method and path"},
        Wrong{
            R"(message M { string a = 1; } service A { rpc B(M) returns (M) { option (lyceum.rpc) = { http: "POST /a" access: USER example: '{' }; } })",
            "the example is no JSON"},
        Wrong{
            R"(message M { string a = 1; } service A { rpc B(M) returns (stream M) { option (lyceum.rpc) = { http: "GET /a" access: USER }; } })",
            "one oneof of messages"},
        Wrong{
            R"(message M { uint64 a = 1; } service A { rpc B(M) returns (M) { option (lyceum.rpc) = { http: "POST /a" access: USER }; } })",
            "use int32, int64, double, bool, string, bytes or an enum"},
        Wrong{R"(message O { message M { string a = 1; } } message M { string a = 1; O.M o = 2; }
                 service A { rpc B(O) returns (M) { option (lyceum.rpc) = { http: "POST /a" access: USER }; } })",
              "have one name for REST's clients"}));

}  // namespace
}  // namespace lyceum::contract
