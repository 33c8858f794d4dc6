#include "services/identity/keys.h"

#include "base/log.h"
#include "services/identity/store.h"

namespace lyceum::identity {

Keys::Keys(Db& db, const Clock& clock, Cpu& cpu, const Seal& seal, int bits)
    : db_(db), clock_(clock), cpu_(cpu), seal_(seal), bits_(bits) {}

Task<Result<std::vector<SigningKey>>> Keys::all() {
  {
    const std::lock_guard lock(mutex_);
    if (!loaded_.empty()) co_return loaded_;
  }
  CO_TRY(auto stored, co_await load());
  if (!stored.active) {
    CO_TRY_VOID(co_await make(stored.unreadable));
    CO_TRY(stored, co_await load());
  }
  if (!stored.active) co_return fail(Code::internal, "no_key", "there is no signing key");
  const std::lock_guard lock(mutex_);
  loaded_ = stored.keys;
  co_return stored.keys;
}

// A key file that was lost must not end signing in for ever: what it sealed is left alone, and a
// new key takes over.
Task<Result<Keys::Stored>> Keys::load() {
  CO_TRY(const auto rows, co_await db_.read([&](Tx& tx) { return store::keys(tx); }));
  Stored stored;
  for (const auto& row : rows) {
    const auto der = seal_.open(row.sealed, row.id);
    if (!der) {
      log::error("a signing key was sealed under another key file", {{"key", row.id}});
      if (row.active) stored.unreadable = row.id;
      continue;
    }
    CO_TRY(auto key, SigningKey::from_der(*der));
    stored.keys.push_back(std::move(key));
    stored.active = stored.active || row.active;
  }
  co_return stored;
}

// Two may do this at once: the row of the first stays.
Task<Result<void>> Keys::make(std::string instead_of) {
  CO_TRY(const auto key, co_await cpu_.run([&] { return SigningKey::make(bits_); }));
  const store::StoredKey row{key.id(), seal_.close(key.der(), key.id()), true};
  co_return co_await db_.write([&](Tx& tx) -> Result<void> {
    TRY_VOID(store::retire_key(tx, instead_of));
    return store::insert_key(tx, row, clock_.now_ms());
  });
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
