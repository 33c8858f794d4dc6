#pragma once
// What a stand-in for the runner derives from that has nothing to say to administrators and to
// clients of other runners.

#include "contract/runner.rpc.h"

namespace lyceum::testing {

class PlainRunner : public runner::v1::RunnerApi {
 public:
  Task<Result<runner::v1::RunnerState>> get_runner(Call, runner::v1::GetRunnerRequest) override {
    co_return runner::v1::RunnerState();
  }

  Task<Result<void>> watch_runner(Call,
                                  runner::v1::GetRunnerRequest,
                                  Sink<runner::v1::RunnerEvent>) override {
    co_return Result<void>{};
  }

  Task<Result<v1::WebResponse>> jobe(Call, v1::WebRequest) override { co_return off(); }

  Task<Result<v1::WebResponse>> judge0(Call, v1::WebRequest) override { co_return off(); }

  Task<Result<v1::WebResponse>> piston(Call, v1::WebRequest) override { co_return off(); }

 private:
  static std::unexpected<Error> off() {
    return fail(Code::not_found, "no_such_route", "there is nothing at this path");
  }
};

}  // namespace lyceum::testing
