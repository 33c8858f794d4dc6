#include "cli/demo.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "base/crypto.h"
#include "base/embedded.h"
#include "base/log.h"
#include "cli/demo_server.h"
#include "contract/authorization.rpc.h"
#include "contract/identity.rpc.h"
#include "contract/learning.rpc.h"

namespace lyceum::embedded {
std::span<const EmbeddedFile> content();
}

namespace lyceum::cli {
namespace {

constexpr const char* administrator_email = "admin@lyceum.example";

// The embedded files of content/<course>/ as one request for each course.
std::map<std::string, learning::v1::ImportCourseRequest> courses() {
  std::map<std::string, learning::v1::ImportCourseRequest> out;
  for (const auto& embedded : embedded::content()) {
    const auto slash = embedded.path.find('/');
    if (slash == std::string_view::npos) continue;        // LICENSE, README
    if (embedded.path.starts_with("servers/")) continue;  // demo_server.cpp
    auto& request = out[std::string(embedded.path.substr(0, slash))];
    auto& file = *request.add_files();
    file.set_path(std::string(embedded.path.substr(slash + 1)));
    file.set_content(std::string(embedded.content));
  }
  return out;
}

// NOLINTBEGIN(cppcoreguidelines-avoid-reference-coroutine-parameters): their callers wait
// Of an account that was there already: roles know their holders.
Task<Result<std::int64_t>> administrator_id(host::Host& host) {
  authorization::v1::ListRoleHoldersRequest question;
  question.set_role("administrator");
  CO_TRY(const auto holders,
         co_await host.get<authorization::v1::AuthorizationApi>().list_role_holders(
             Call::of_service(), std::move(question)));
  for (const auto id : holders.user_ids()) {
    identity::v1::GetUserRequest request;
    request.set_user_id(id);
    const auto user = co_await host.get<identity::v1::IdentityApi>().get_user(Call::of_service(),
                                                                              std::move(request));
    if (user && user->email() == administrator_email) co_return id;
  }
  co_return fail(Code::not_found, "no_administrator", "the demo administrator is none any more");
}

// Lyceum opens without the servers, too; the next start tries again.
Task<void> open_servers(host::Host& host, Result<std::int64_t> owner_id) {
  const auto opened =
      owner_id ? co_await open_demo_servers(host, *owner_id) : Result<void>(fail(owner_id.error()));
  if (!opened)
    log::warn("the demo servers are not complete",
              {{"reason", opened.error().reason}, {"error", opened.error().message}});
}

Task<Result<DemoAdministrator>> open(host::Host& host) {
  for (auto& [key, request] : courses()) {
    request.set_key(key);
    request.set_sample(true);
    CO_TRY(const auto done, co_await host.get<learning::v1::LearningApi>().import_course(
                                Call::of_service(), std::move(request)));
    if (done.problems_size() > 0)
      co_return fail(Code::internal, "demo_content",
                     fmt::format("content/{}/{}: {}", key, done.problems(0).file(),
                                 done.problems(0).message()));
  }
  DemoAdministrator made{administrator_email, base64url(random_bytes(12))};
  identity::v1::AddUserRequest request;
  request.set_email(made.email);
  request.set_password(made.password);
  request.set_name("Administrator");
  request.set_confirmed(true);
  request.add_roles("administrator");
  const auto added = co_await host.get<identity::v1::IdentityApi>().add_user(Call::of_service(),
                                                                             std::move(request));
  if (!added && added.error().code != Code::already_exists) co_return fail(added.error());
  if (added) {
    co_await open_servers(host, added->id());
  } else {
    made.password.clear();
    co_await open_servers(host, co_await administrator_id(host));
  }
  co_return made;
}

// NOLINTEND(cppcoreguidelines-avoid-reference-coroutine-parameters)

}  // namespace

Result<DemoAdministrator> open_demo(host::Instance& instance) {
  Result<DemoAdministrator> out;
  boost::asio::co_spawn(
      instance.host().next_loop(), [&]() -> Task<void> { out = co_await open(instance.host()); },
      boost::asio::use_future)
      .get();
  return out;
}

}  // namespace lyceum::cli
