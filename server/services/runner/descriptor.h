#pragma once
// A file descriptor with an owner.

#include <memory>
#include <unistd.h>
#include <utility>

namespace lyceum::runner {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}

  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }

  int get() const { return fd_; }

  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

using DescriptorPtr = std::shared_ptr<const Descriptor>;

}  // namespace lyceum::runner
