#pragma once
#include <optional>
#include <type_traits>
#include <vector>

#include "base/parallel.h"
#include "base/task.h"

namespace lyceum::testing {

template <class T>
Task<void> keep(Task<T> task, std::optional<T>* out) {
  out->emplace(co_await std::move(task));
}

// Runs start(0) … start(n - 1), each of which gives a coroutine, at the same time, and gives what
// they returned: run(at_once(64, [&](int i) { return service.send(as(i), request); })).
template <class Start>
auto at_once(int n, Start start)
    -> Task<std::vector<typename std::invoke_result_t<Start, int>::value_type>> {
  using T = typename std::invoke_result_t<Start, int>::value_type;
  std::vector<std::optional<T>> kept(static_cast<std::size_t>(n));
  std::vector<Task<void>> all;
  all.reserve(kept.size());
  for (int i = 0; i < n; ++i) all.push_back(keep<T>(start(i), &kept[static_cast<std::size_t>(i)]));
  co_await run_all(std::move(all));
  std::vector<T> out;
  out.reserve(kept.size());
  for (auto& one : kept)
    if (one) out.push_back(*std::move(one));
  co_return out;
}

}  // namespace lyceum::testing
