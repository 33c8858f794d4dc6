#pragma once
// A REST edge over a few real rpcs of the contract with handlers that tests look into; no sockets.

#include <functional>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "contract/account.pb.h"
#include "contract/authorization.pb.h"
#include "contract/common.pb.h"
#include "contract/learning.pb.h"
#include "contract/mailer.pb.h"
#include "contract/runner.pb.h"
#include "host/rest.h"
#include "testing/service_test.h"

namespace lyceum::host {

// Remembers what it was called with; says what the test wants.
struct Handlers {
  std::optional<Error> error;  // instead of an answer
  bool throws = false;
  std::optional<Call> call;  // of the last call
  std::string request;       // its request, as protobuf shows it on one line
  std::function<Task<Result<void>>(Sink<runner::v1::RunEvent>)> stream;
  v1::WebResponse page;

  template <class Req, class Res>
  Task<Result<Res>> unary(Call by, Req message) {
    call = by;
    request = message.ShortDebugString();
    if (throws) throw std::runtime_error("secret detail");
    if (error) co_return fail(*error);
    co_return Res();
  }

  Task<Result<v1::WebResponse>> web(Call by, v1::WebRequest message) {
    call = by;
    request = message.ShortDebugString();
    if (error) co_return fail(*error);
    co_return page;
  }

  Task<Result<void>> stream_run(Call by,
                                runner::v1::RunRequest message,
                                Sink<runner::v1::RunEvent> sink) {
    call = by;
    request = message.ShortDebugString();
    co_return co_await stream(std::move(sink));
  }

  Task<Result<void>> stream_sample(Call,
                                   learning::v1::SampleRunRequest,
                                   Sink<learning::v1::SubmissionEvent>) {
    co_return Result<void>{};
  }
};

inline const google::protobuf::MethodDescriptor* descriptor(const std::string& name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName("lyceum." + name);
}

class RestTest : public testing::LoopTest {
 protected:
  RestTest() {
    using H = Handlers;
    add("runner.v1.Runner.ListLanguages",
        &H::unary<runner::v1::ListLanguagesRequest, runner::v1::ListLanguagesResponse>);
    add("runner.v1.Runner.Run", &H::unary<runner::v1::RunRequest, runner::v1::RunResult>);
    add("runner.v1.Runner.StreamRun", &H::stream_run);
    add("runner.v1.Runner.Jobe", &H::web);
    add("runner.v1.Runner.Piston", &H::web);
    add("learning.v1.Learning.StreamSample", &H::stream_sample);
    add("learning.v1.Learning.ListModules",
        &H::unary<learning::v1::ListModulesRequest, learning::v1::ListModulesResponse>);
    add("learning.v1.Learning.GetModule",
        &H::unary<learning::v1::GetModuleRequest, learning::v1::Module>);
    add("learning.v1.Learning.Submit",
        &H::unary<learning::v1::SubmitRequest, learning::v1::SubmitResponse>);
    add("learning.v1.Learning.SaveDraft",
        &H::unary<learning::v1::SaveDraftRequest, learning::v1::SaveDraftResponse>);
    add("learning.v1.Learning.ImportCourse",
        &H::unary<learning::v1::ImportCourseRequest, learning::v1::ImportCourseResponse>);
    add("account.v1.Account.GetMe", &H::unary<account::v1::GetMeRequest, account::v1::Me>);
    add("account.v1.Account.UpdateMe", &H::unary<account::v1::UpdateMeRequest, account::v1::Me>);
    add("account.v1.Account.DeletePicture",
        &H::unary<account::v1::DeletePictureRequest, v1::Empty>);
    add("account.v1.Account.Picture", &H::web);
    add("authorization.v1.Authorization.GrantRole",
        &H::unary<authorization::v1::GrantRoleRequest, v1::Empty>);
    add("authorization.v1.Authorization.ListRoles",
        &H::unary<authorization::v1::ListRolesRequest, authorization::v1::ListRolesResponse>);
    add("mailer.v1.Mailer.ListMails",
        &H::unary<mailer::v1::ListMailsRequest, mailer::v1::ListMailsResponse>);
    RestConfig config;
    config.origin = "https://lyceum.example";
    config.stream.first = std::chrono::milliseconds(100);
    config.stream.heartbeat = std::chrono::milliseconds(50);
    rest = std::make_unique<Rest>(
        config, table, clock, [this](const HttpRequest& request) { return authenticate(&request); },
        [this](Rate rate, const Caller&, const std::string&) {
          last_rate = rate;
          return allowance;
        },
        [this](const Method& method) { answered.push_back(method.descriptor->name()); });
  }

  // Tokens are "token:<scope>" of user 7; sessions are "session=<role>" of user 8.
  Task<Result<Caller>> authenticate(const HttpRequest* request) {
    ++authentications;
    Caller caller;
    const auto header = request->header("authorization");
    const auto cookie = request->header("cookie");
    if (header.starts_with("Bearer token:")) {
      caller.user_id = 7;
      caller.scopes = {std::string(header.substr(13))};
      caller.roles = {"administrator"};
    } else if (!header.empty() || cookie == "session=over") {
      co_return fail(Code::unauthenticated, "token_unknown", "this token is not (or no more) good");
    } else if (cookie.starts_with("session=")) {
      caller.user_id = 8;
      caller.scopes = {"*"};
      caller.roles = {std::string(cookie.substr(8))};
      caller.session = true;
    }
    co_return caller;
  }

  HttpResponse send(std::string method,
                    const std::string& target,
                    std::string body = "",
                    std::vector<HttpHeader> headers = {}) {
    HttpRequest request;
    request.method = std::move(method);
    const auto mark = std::min(target.find('?'), target.size());
    request.path = target.substr(0, mark);
    request.query = target.substr(std::min(mark + 1, target.size()));
    request.headers = std::move(headers);
    if (!body.empty() && request.header("content-type").empty())
      request.headers.push_back({"content-type", "application/json"});
    request.body = std::move(body);
    request.address = "192.0.2.1";
    request.trace_id = "0af7651916cd43dd8448eb211c80319c";
    request.span_id = "b7ad6b7169203331";
    return run(rest->handle(std::move(request)));
  }

  // "400 limit too_large", "200".
  std::string verdict(const HttpResponse& response) {
    std::string out = std::to_string(response.status);
    for (const auto* member : {"field", "reason"})
      if (const auto value = text_member(response.body, member);
          !value.empty() && response.status >= 400)
        out += " " + value;
    return out;
  }

  static std::string text_member(const std::string& json, const std::string& name) {
    const auto at = json.find("\"" + name + "\":\"");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 4;
    return json.substr(begin, json.find('"', begin) - begin);
  }

  static std::string header(const HttpResponse& response, std::string_view name) {
    for (const auto& h : response.headers)
      if (h.name == name) return h.value;
    return "";
  }

  static std::vector<HttpHeader> token(const std::string& scope) {
    return {{"authorization", "Bearer token:" + scope}};
  }

  static std::vector<HttpHeader> session(const std::string& role,
                                         std::vector<HttpHeader> more = {}) {
    more.push_back({"cookie", "session=" + role});
    return more;
  }

  MethodTable table;
  Handlers handlers;
  std::unique_ptr<Rest> rest;
  RateAnswer allowance;
  std::optional<Rate> last_rate;
  std::vector<std::string> answered;  // rpcs that may have changed something
  int authentications = 0;

 private:
  template <class F>
  void add(const std::string& name, F handler) {
    table.add(name, descriptor(name), handlers, handler);
  }
};

}  // namespace lyceum::host
