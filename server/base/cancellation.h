#pragma once
// Whether anybody still waits for an answer. A door (REST, gRPC) cancels it when its caller has
// left. Handlers go on to their end all the same, unless their work is worth stopping, such as a
// program that runs: those ask, or listen.

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace lyceum {

class Cancellation {
 public:
  // Stops listening when it is destroyed.
  class Listener {
   public:
    Listener() = default;
    Listener(Listener&&) = default;

    Listener& operator=(Listener&& other) noexcept {
      stop();
      source_ = std::move(other.source_);
      place_ = other.place_;
      return *this;
    }

    ~Listener() { stop(); }

   private:
    friend class Cancellation;
    using Place = std::list<std::function<void()>>::iterator;

    Listener(std::weak_ptr<Cancellation> source, Place place)
        : source_(std::move(source)), place_(place) {}

    void stop() {
      if (const auto source = std::exchange(source_, {}).lock()) source->forget(place_);
    }

    std::weak_ptr<Cancellation> source_;
    Place place_;
  };

  // From any thread; the second time does nothing.
  void cancel() {
    std::list<std::function<void()>> told;
    {
      const std::scoped_lock lock(mutex_);
      cancelled_ = true;
      told.swap(listeners_);
    }
    for (const auto& tell : told) tell();
  }

  bool cancelled() const {
    const std::scoped_lock lock(mutex_);
    return cancelled_;
  }

  // `tell` is called once, by whoever cancels and on its thread; at once if that has happened. It
  // may still be under way when the listener is destroyed: what it touches it must own.
  [[nodiscard]] static Listener listen(const std::shared_ptr<Cancellation>& to,
                                       std::function<void()> tell) {
    if (!to) return {};
    {
      const std::scoped_lock lock(to->mutex_);
      if (!to->cancelled_)
        return Listener(to, to->listeners_.insert(to->listeners_.end(), std::move(tell)));
    }
    tell();
    return {};
  }

 private:
  void forget(Listener::Place place) {
    const std::scoped_lock lock(mutex_);
    if (!cancelled_) listeners_.erase(place);
  }

  mutable std::mutex mutex_;
  bool cancelled_ = false;
  std::list<std::function<void()>> listeners_;
};

using CancellationPtr = std::shared_ptr<Cancellation>;

}  // namespace lyceum
