#include "cli/demo.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "base/crypto.h"
#include "base/embedded.h"
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
    if (slash == std::string_view::npos) continue;  // LICENSE, README
    auto& request = out[std::string(embedded.path.substr(0, slash))];
    auto& file = *request.add_files();
    file.set_path(std::string(embedded.path.substr(slash + 1)));
    file.set_content(std::string(embedded.content));
  }
  return out;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): its caller waits
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
  if (!added && added.error().code == Code::already_exists)
    made.password.clear();
  else if (!added)
    co_return fail(added.error());
  co_return made;
}

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
