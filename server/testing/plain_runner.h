#pragma once
// What a stand-in for the runner derives from that has nothing to say to clients of other runners.

#include "contract/runner.rpc.h"

namespace lyceum::testing {

class PlainRunner : public runner::v1::RunnerApi {
 public:
  Task<Result<v1::WebResponse>> jobe(Call, v1::WebRequest) override { co_return off(); }

  Task<Result<v1::WebResponse>> judge0(Call, v1::WebRequest) override { co_return off(); }

  Task<Result<v1::WebResponse>> piston(Call, v1::WebRequest) override { co_return off(); }

 private:
  static std::unexpected<Error> off() {
    return fail(Code::not_found, "no_such_route", "there is nothing at this path");
  }
};

}  // namespace lyceum::testing
