#include "services/identity/keys.h"

#include "services/identity/store.h"

namespace lyceum::identity {

Keys::Keys(Db& db, const Clock& clock, Cpu& cpu, const Seal& seal, int bits)
    : db_(db), clock_(clock), cpu_(cpu), seal_(seal), bits_(bits) {}

Task<Result<std::vector<SigningKey>>> Keys::all() {
  {
    const std::lock_guard lock(mutex_);
    if (!loaded_.empty()) co_return loaded_;
  }
  CO_TRY(auto keys, co_await load());
  if (keys.empty()) {
    CO_TRY_VOID(co_await make());
    CO_TRY(keys, co_await load());
  }
  if (keys.empty()) co_return fail(Code::internal, "no_key", "there is no signing key");
  const std::lock_guard lock(mutex_);
  loaded_ = keys;
  co_return keys;
}

Task<Result<std::vector<SigningKey>>> Keys::load() {
  CO_TRY(const auto rows, co_await db_.read([&](Tx& tx) { return store::keys(tx); }));
  std::vector<SigningKey> keys;
  for (const auto& row : rows) {
    CO_TRY(const auto der, seal_.open(row.sealed, row.id));
    CO_TRY(auto key, SigningKey::from_der(der));
    keys.push_back(std::move(key));
  }
  co_return keys;
}

// Two may do this at once: the row of the first stays.
Task<Result<void>> Keys::make() {
  CO_TRY(const auto key, co_await cpu_.run([&] { return SigningKey::make(bits_); }));
  const store::StoredKey row{key.id(), seal_.close(key.der(), key.id()), true};
  co_return co_await db_.write([&](Tx& tx) { return store::insert_key(tx, row, clock_.now_ms()); });
}

Task<Result<std::string>> Keys::sign(std::string payload_json) {
  CO_TRY(const auto keys, co_await all());
  co_return co_await cpu_.run([&] { return keys.front().sign(payload_json); });
}

Task<Result<std::string>> Keys::verify(std::string token) {
  CO_TRY(const auto keys, co_await all());
  co_return co_await cpu_.run([&]() -> Result<std::string> {
    for (const auto& key : keys)
      if (auto payload = key.verify(token)) return payload;
    return fail(Code::invalid_argument, "token_malformed", "this token was not signed here");
  });
}

}  // namespace lyceum::identity
