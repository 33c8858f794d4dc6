#include "host/serve.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/embedded.h"
#include "cli/command.h"
#include "cli/demo.h"
#include "cli/sandbox.h"
#include "modules.h"

namespace lyceum::embedded {
std::span<const EmbeddedFile> website();
}

namespace lyceum::cli {
namespace {

// Names what --target takes.
std::string target_help() {
  std::string out = "what this process is (default: all): gateway (the HTTP side)";
  for (const auto& module : all_modules()) out += ", " + module.name;
  return out;
}

options::options_description serve_options() {
  auto visible = common_options();
  visible.add_options()                                                                       //
      ("target", options::value<std::string>()->value_name("NAME,…"), target_help().c_str())  //
      ("listen", options::value<std::string>()->value_name("HOST:PORT"),
       "where to serve HTTP; port 0: a free one (default: 127.0.0.1:8080; without the gateway "
       "none: given, "
       "it has /healthz, /readyz and /metrics)")  //
      ("public-url", options::value<std::string>()->value_name("URL"),
       "the address that people use (default: http://<listen>)")  //
      ("grpc", options::value<std::string>()->value_name("HOST:PORT"),
       "where other processes of this Lyceum reach it; beyond this machine only with "
       "--server.tls_ca, tls_cert and tls_key")  //
      ("peers", options::value<std::string>()->value_name("SERVICE+…=HOST:PORT,…"),
       "where the services of other processes are, such as "
       "identity+account=10.0.0.7:7000,runner=10.0.0.8:7000; "
       "every process may be given the same line")  //
      ("user", options::value<std::string>()->value_name("NAME"),
       "started as root: go on as this user once the sandbox runs")  //
      ("demo",
       "open with demo content, an administrator and a local mailbox that anybody here may read");
  return visible;
}

// The lines that a person looks for.
void greet(const host::Instance& instance, const DemoAdministrator& administrator) {
  const auto& settings = instance.host().settings();
  if (!settings.gateway()) {
    fmt::print("Lyceum's {} is up{}\n", fmt::join(settings.target, ", "),
               settings.grpc.empty() ? "" : " for other processes at " + settings.grpc);
    std::fflush(stdout);
    return;
  }
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
  if (auto& settings = (*loaded)->settings;
      settings.demo && std::ranges::find(settings.target, "all") == settings.target.end())
    return failed({Code::invalid_argument, "usage",
                   "--demo is for one process that has all services", "", 0});
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
