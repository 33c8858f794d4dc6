#pragma once
// Where a streaming rpc puts its answers, one by one. send() waits until there is room (back
// pressure) and fails with Code::cancelled once the caller has gone: stop working then.

#include <functional>
#include <memory>

#include "base/result.h"
#include "base/task.h"

namespace lyceum {

template <class T>
class Sink {
 public:
  using Send = std::function<Task<Result<void>>(T)>;

  explicit Sink(Send send) : send_(std::make_shared<Send>(std::move(send))) {}

  Task<Result<void>> send(T item) { return (*send_)(std::move(item)); }

 private:
  std::shared_ptr<Send>
      send_;  // shared: a Sink is passed by value, as everything a coroutine takes
};

}  // namespace lyceum
