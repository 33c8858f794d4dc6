#pragma once
// The services of a data folder, for a command: those of the server that runs on it, over
// <data>/lyceum.sock, or started here when none runs.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "cli/command.h"
#include "host/check.h"
#include "host/grpc.h"
#include "host/serve.h"

namespace lyceum::cli {

class Reach {
 public:
  static Result<std::unique_ptr<Reach>> open(const Parsed& parsed);

  // connect: the generated connect_x of the contract.
  template <class Api>
  Api& get(std::unique_ptr<Api> (*connect)(Channel&)) {
    if (instance_) return instance_->host().get<Api>();
    std::shared_ptr<Api> remote = connect(*channel_);
    remotes_.push_back(remote);
    return *remote;
  }

  // One call as the command line: its request is checked as at every door.
  template <class Api, class Req, class Res>
  Result<Res> call(Api& api, Task<Result<Res>> (Api::*method)(Call, Req), Req request) {
    TRY_VOID(host::check(request));
    return run((api.*method)(Call::of_service(), std::move(request)));
  }

  template <class T>
  T run(Task<T> task) {
    std::optional<T> out;
    boost::asio::co_spawn(
        loop(), [&]() -> Task<void> { out.emplace(co_await std::move(task)); },
        boost::asio::use_future)
        .get();
    return std::move(*out);
  }

 private:
  Reach() = default;

  boost::asio::any_io_executor loop();

  std::unique_ptr<host::Instance> instance_;
  std::unique_ptr<host::Host> loops_;  // of a command that only dials
  std::unique_ptr<Channel> channel_;
  std::vector<std::shared_ptr<void>> remotes_;
};

// The password from --password, or one line of standard input with --password-stdin.
Result<std::string> read_password(const Parsed& parsed);

}  // namespace lyceum::cli
