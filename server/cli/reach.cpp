#include "cli/reach.h"

#include <iostream>

#include "base/log.h"
#include "cli/sandbox.h"

namespace lyceum::cli {
namespace {

const std::vector<host::Module> no_modules;

}  // namespace

Result<std::unique_ptr<Reach>> Reach::open(const Parsed& parsed) {
  TRY(auto loaded, load(parsed));
  auto out = std::unique_ptr<Reach>(new Reach());
  auto lock = host::DataLock::take(loaded->settings.data);
  if (lock) {
    if (parsed.has("run")) TRY_VOID(start_own_sandbox(*loaded));
    log::set_level(log::Level::error);  // after that: the log has a thread
    TRY(out->instance_,
        host::Instance::start(loaded->settings, std::move(loaded->modules), *std::move(lock)));
    return out;
  }
  if (lock.error().reason != "data_in_use") return fail(lock.error());
  host::Settings only_a_loop;
  only_a_loop.threads = 1;
  out->loops_ = std::make_unique<host::Host>(std::move(only_a_loop), no_modules);
  out->channel_ = host::dial_grpc(host::socket_address(loaded->settings.data));
  return out;
}

boost::asio::any_io_executor Reach::loop() {
  return (instance_ ? instance_->host() : *loops_).next_loop();
}

Result<std::string> read_password(const Parsed& parsed) {
  if (parsed.has("password") && parsed.has("password-stdin"))
    return fail(Code::invalid_argument, "usage", "give --password or --password-stdin, not both");
  if (parsed.has("password")) return parsed.text("password");
  if (!parsed.has("password-stdin"))
    return fail(Code::invalid_argument, "usage",
                "a password is needed: --password TEXT or --password-stdin");
  std::string line;
  std::getline(std::cin, line);
  return line;
}

}  // namespace lyceum::cli
