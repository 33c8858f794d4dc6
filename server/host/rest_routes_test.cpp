#include "host/rest_routes.h"

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include "contract/runner.pb.h"

namespace lyceum::host {
namespace {

struct Nobody {
  Task<Result<runner::v1::RunResult>> unary(Call, runner::v1::RunRequest) {
    co_return runner::v1::RunResult();
  }

  Task<Result<void>> stream(Call, runner::v1::RunRequest, Sink<runner::v1::RunEvent>) {
    co_return Result<void>{};
  }
};

// A contract made up on the spot: each rpc has a line, its request is Ask {int64 id, int64 user_id,
// repeated string words}, its answer Answer {string text}.
class Contract {
 public:
  Contract() {
    file_.set_name("made_up.proto");
    file_.set_package("made");
    file_.set_syntax("proto3");
    auto& ask = *file_.add_message_type();
    ask.set_name("Ask");
    add_field(ask, "id", 1);
    add_field(ask, "user_id", 2);
    auto& plain = *file_.add_message_type();
    plain.set_name("Lists");
    add_field(plain, "id", 1);
    auto& words = add_field(plain, "words", 2);
    words.set_label(google::protobuf::FieldDescriptorProto::LABEL_REPEATED);
    file_.add_service()->set_name("Service");
  }

  Contract& rpc(const std::string& line,
                bool stream = false,
                const std::string& request = "Ask",
                Access access = USER) {
    auto& method = *file_.mutable_service(0)->add_method();
    method.set_name("Rpc" + std::to_string(file_.service(0).method_size()));
    method.set_input_type(".made." + request);
    method.set_output_type(".made.Ask");
    method.set_server_streaming(stream);
    auto& options = *method.mutable_options()->MutableExtension(lyceum::rpc);
    options.set_http(line);
    options.set_access(access);
    return *this;
  }

  const RestRoutes& routes() {
    const auto* file = pool_.BuildFile(file_);
    for (int i = 0; i < file->service(0)->method_count(); ++i) {
      const auto* method = file->service(0)->method(i);
      if (method->server_streaming())
        table_.add(method->full_name(), method, nobody_, &Nobody::stream);
      else
        table_.add(method->full_name(), method, nobody_, &Nobody::unary);
    }
    routes_ = std::make_unique<RestRoutes>(table_);
    return *routes_;
  }

  // What keeps it from starting; empty when nothing does.
  std::string refusal() {
    try {
      routes();
      return "";
    } catch (const std::runtime_error& refused) {
      return refused.what();
    }
  }

 private:
  static google::protobuf::FieldDescriptorProto& add_field(
      google::protobuf::DescriptorProto& message, const char* name, int number) {
    auto& field = *message.add_field();
    field.set_name(name);
    field.set_number(number);
    field.set_type(google::protobuf::FieldDescriptorProto::TYPE_INT64);
    field.set_label(google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
    return field;
  }

  google::protobuf::FileDescriptorProto file_;
  google::protobuf::DescriptorPool pool_{google::protobuf::DescriptorPool::generated_pool()};
  Nobody nobody_;
  MethodTable table_;
  std::unique_ptr<RestRoutes> routes_;
};

TEST(RestRoutes, a_literal_is_stronger_than_a_parameter) {
  Contract contract;
  const auto& routes = contract.rpc("GET /users/{user_id}")
                           .rpc("GET /users/me")
                           .rpc("GET /users/{user_id}/x")
                           .routes();
  EXPECT_EQ(routes.find("GET", "/users/me").route->pattern, "/users/me");
  EXPECT_EQ(routes.find("GET", "/users/12").route->pattern, "/users/{user_id}");
  EXPECT_EQ(routes.find("GET", "/users/me/x").route->pattern, "/users/{user_id}/x");
}

TEST(RestRoutes, the_values_of_the_path_come_in_its_order) {
  Contract contract;
  const auto match = contract.rpc("GET /a/{user_id}/b/{id}").routes().find("GET", "/a/1/b/2");
  EXPECT_EQ(match.values, (std::vector<std::string_view>{"1", "2"}));
  EXPECT_EQ(match.route->path_fields[0]->name(), "user_id");
}

TEST(RestRoutes, methods_of_one_path_may_name_its_parameter_as_they_like) {
  Contract contract;
  const auto& routes = contract.rpc("GET /a/{user_id}").rpc("PUT /a/{id}").routes();
  EXPECT_EQ(routes.find("PUT", "/a/1").route->path_fields[0]->name(), "id");
  EXPECT_EQ(routes.allowed("/a/1"), "GET, HEAD, OPTIONS, PUT");
}

TEST(RestRoutes, pages_take_every_method_and_all_below) {
  Contract contract;
  const auto& routes = contract.rpc("WEB /auth/*").rpc("GET /auth/plain").routes();
  EXPECT_EQ(routes.find("PROPFIND", "/auth/x/y").route->pattern, "/auth/*");
  EXPECT_EQ(routes.find("GET", "/auth/plain").route->pattern, "/auth/plain");
  EXPECT_EQ(routes.find("POST", "/auth/plain").route->pattern, "/auth/*");
  EXPECT_EQ(routes.find("GET", "/auth").route, nullptr);
  EXPECT_EQ(routes.find("GET", "/authx").route, nullptr);
}

TEST(RestRoutes, a_contract_that_clashes_does_not_start) {
  EXPECT_EQ(Contract().rpc("GET /a").rpc("PUT /a").rpc("GET /b").refusal(), "");
  EXPECT_EQ(Contract().rpc("GET /a").rpc("GET /a").refusal(),
            "made.Service.Rpc2: \"GET /a\" is taken by another rpc");
  EXPECT_NE(Contract().rpc("GET /a/{id}").rpc("GET /a/{user_id}").refusal(), "");
  EXPECT_NE(Contract().rpc("WEB /a/*").rpc("WEB /a/*").refusal(), "");
}

TEST(RestRoutes, a_line_that_makes_no_sense_does_not_start) {
  for (const auto* line : {"GET", "GET a", "get /a", "FETCH /a", "GET /{nothing}", "WEB /a", "/a"})
    EXPECT_TRUE(Contract().rpc(line).refusal().starts_with("made.Service.Rpc1: ")) << line;
  EXPECT_NE(Contract().rpc("GET /a", false, "Lists").refusal(), "");
  EXPECT_EQ(Contract().rpc("POST /a", false, "Lists").refusal(), "");
  EXPECT_NE(Contract().rpc("POST /a", true).refusal(), "") << "items that are no oneof";
  EXPECT_NE(Contract().rpc("GET /a", false, "Ask", SERVICE).refusal(), "")
      << "a way in that nobody may take";
}

}  // namespace
}  // namespace lyceum::host
