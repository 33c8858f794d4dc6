#pragma once
#include <vector>

#include "base/parallel.h"
#include "base/result.h"
#include "base/task.h"

namespace lyceum::testing {

// Runs each(0) … each(n - 1), all of them coroutines, at the same time: run(at_once(64, each)).
template <class Each>
Task<Result<void>> at_once(int n, Each each) {
  std::vector<Task<void>> all;
  for (int i = 0; i < n; ++i) all.push_back(each(i));
  co_await run_all(std::move(all));
  co_return Result<void>{};
}

}  // namespace lyceum::testing
