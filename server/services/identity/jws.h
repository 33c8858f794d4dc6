#pragma once
// RS256 and nothing else: keys, signing, verifying (RFC 7515, 7518). Slow (milliseconds): call
// through Cpu.

#include <memory>
#include <openssl/types.h>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lyceum::identity {

class SigningKey {
 public:
  static Result<SigningKey> make(int bits);
  static Result<SigningKey> from_der(std::string_view der);

  std::string der() const;  // PKCS#8, secret

  std::string id() const { return id_; }  // RFC 7638 thumbprint

  std::string jwk() const { return jwk_; }  // the public half

  Result<std::string> sign(std::string_view payload_json) const;  // header.payload.signature
  // The payload of a token that this key signed. Says nothing of its times.
  Result<std::string> verify(std::string_view token) const;

 private:
  explicit SigningKey(EVP_PKEY* key);

  std::shared_ptr<EVP_PKEY> key_;  // shared: a key is copied out to whoever signs at the moment
  std::string id_, jwk_;
};

}  // namespace lyceum::identity
