#include "host/serve.h"

#include <fmt/format.h>

#include "base/embedded.h"
#include "cli/command.h"
#include "cli/demo.h"
#include "cli/sandbox.h"

namespace lyceum::embedded {
std::span<const EmbeddedFile> website();
}

namespace lyceum::cli {
namespace {

options::options_description serve_options() {
  auto visible = common_options();
  visible.add_options()  //
      ("target", options::value<std::string>()->value_name("NAME,…"),
       "services of this process (default: all)")  //
      ("listen", options::value<std::string>()->value_name("HOST:PORT"),
       "where to serve (default: 127.0.0.1:8080; port 0: a free one)")  //
      ("public-url", options::value<std::string>()->value_name("URL"),
       "the address that people use (default: http://<listen>)")  //
      ("grpc", options::value<std::string>()->value_name("HOST:PORT"),
       "where other processes of this Lyceum reach it")  //
      ("peers", options::value<std::string>()->value_name("SERVICE=HOST:PORT,…"),
       "where the services of other processes are")  //
      ("user", options::value<std::string>()->value_name("NAME"),
       "started as root: go on as this user once the sandbox runs")  //
      ("demo",
       "open with demo content, an administrator and a local mailbox that anybody here may read");
  return visible;
}

// The lines that a person looks for.
void greet(const host::Instance& instance, const DemoAdministrator& administrator) {
  const auto& url = instance.host().public_url();
  fmt::print("Lyceum is at {}\n", url);
  if (!administrator.password.empty())
    fmt::print("Administrator: {}  password: {}  (shown only this once)\n", administrator.email,
               administrator.password);
  if (instance.host().settings().open_mailbox())
    fmt::print("Mails stay on this machine: {}/admin/mails\n", url);
  std::fflush(stdout);
}

}  // namespace

int serve(const Arguments& arguments) {
  const auto [parsed, exit_code] = parse(arguments,
                                         "lyceum serve [--data DIR] [--listen HOST:PORT] [--demo] "
                                         "[OPTION…] [--SECTION.FIELD=VALUE…]\n\n"
                                         "Starts Lyceum. `lyceum config` prints every setting.",
                                         serve_options());
  if (exit_code) return *exit_code;
  auto loaded = load(parsed);
  if (!loaded) return failed(loaded.error());
  if (const auto started = start_own_sandbox(**loaded); !started) return failed(started.error());
  if (parsed.has("user"))
    if (const auto done = become(parsed.text("user")); !done) return failed(done.error());
  DemoAdministrator administrator;
  host::Opening opening;
  opening.prepare = [&administrator](host::Instance& instance) -> Result<void> {
    if (!instance.host().settings().demo) return {};
    TRY(administrator, open_demo(instance));
    return {};
  };
  opening.announce = [&administrator](host::Instance& instance) { greet(instance, administrator); };
  return host::serve((*loaded)->settings, std::move((*loaded)->modules), embedded::website(),
                     opening);
}

}  // namespace lyceum::cli
