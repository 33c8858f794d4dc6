#pragma once
#include <memory>
#include <string>

#include "base/result.h"

namespace lyceum::host {

// The lock that keeps two processes off one data folder. Held as long as it lives; the kernel lets
// go of it when the process dies, however it dies.
class DataLock {
 public:
  // Makes the folder if it is missing, and makes it the owner's alone (mode 0700).
  // failed_precondition "data_in_use" when another process has it.
  static Result<std::unique_ptr<DataLock>> take(const std::string& folder);
  ~DataLock();
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;

 private:
  explicit DataLock(int fd) : fd_(fd) {}

  const int fd_;
};

}  // namespace lyceum::host
