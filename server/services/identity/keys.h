#pragma once
// The keys that ID tokens are signed with: made on first use, kept sealed in the database.

#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/db.h"
#include "services/identity/jws.h"
#include "services/identity/seal.h"

namespace lyceum::identity {

class Keys {
 public:
  Keys(Db& db, const Clock& clock, Cpu& cpu, const Seal& seal, int bits);

  // The active one first.
  Task<Result<std::vector<SigningKey>>> all();
  Task<Result<std::string>> sign(std::string payload_json);
  Task<Result<std::string>> verify(std::string token);  // the payload, by whichever key

 private:
  struct Stored {
    std::vector<SigningKey> keys;
    bool active = false;     // the first of them is
    std::string unreadable;  // id of an active key that was sealed under another key file
  };

  Task<Result<Stored>> load();
  Task<Result<void>> make(std::string instead_of);

  Db& db_;
  const Clock& clock_;
  Cpu& cpu_;
  const Seal& seal_;
  const int bits_;
  std::mutex mutex_;
  std::vector<SigningKey> loaded_;
};

}  // namespace lyceum::identity
