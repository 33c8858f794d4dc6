#include "services/identity/jws.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/crypto.h"

namespace lyceum::identity {
namespace {

std::string number(EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &value) != 1) return {};
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(value);
  return base64url(bytes);
}

std::string header_of(const std::string& id) {
  return base64url(R"({"alg":"RS256","typ":"JWT","kid":")" + id + "\"}");
}

using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

SigningKey::SigningKey(EVP_PKEY* key) : key_(key, &EVP_PKEY_free) {
  const std::string n = number(key, OSSL_PKEY_PARAM_RSA_N);
  const std::string e = number(key, OSSL_PKEY_PARAM_RSA_E);
  id_ = base64url(sha256(R"({"e":")" + e + R"(","kty":"RSA","n":")" + n + "\"}"));
  jwk_ = R"({"kty":"RSA","use":"sig","alg":"RS256","kid":")" + id_ + R"(","n":")" + n +
         R"(","e":")" + e + "\"}";
}

Result<SigningKey> SigningKey::make(int bits) {
  EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned>(bits));
  if (!key) return fail(Code::internal, "key_failed", "OpenSSL made no key");
  return SigningKey(key);
}

Result<SigningKey> SigningKey::from_der(std::string_view der) {
  const unsigned char* at = bytes(der);
  EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size()));
  if (!key) return fail(Code::data_loss, "key_unreadable", "a stored signing key is unreadable");
  return SigningKey(key);
}

std::string SigningKey::der() const {
  unsigned char* out = nullptr;
  const int size = i2d_PrivateKey(key_.get(), &out);
  std::string der(reinterpret_cast<char*>(out), static_cast<std::size_t>(size > 0 ? size : 0));
  OPENSSL_clear_free(out, der.size());
  return der;
}

Result<std::string> SigningKey::sign(std::string_view payload_json) const {
  std::string text = header_of(id_) + '.' + base64url(payload_json);
  const Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  const bool good =
      EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
      EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes(text), text.size()) == 1;
  if (!good) return fail(Code::internal, "sign_failed", "OpenSSL did not sign");
  signature.resize(size);
  return text + '.' + base64url(signature);
}

Result<std::string> SigningKey::verify(std::string_view token) const {
  const auto wrong = [] {
    return fail(Code::invalid_argument, "token_malformed", "this token was not signed here");
  };
  // Our header, byte for byte: no other algorithm, key or extension can be asked for.
  const std::string header = header_of(id_) + '.';
  const auto dot = token.rfind('.');
  if (!token.starts_with(header) || dot == std::string_view::npos || dot < header.size())
    return wrong();
  const auto text = token.substr(0, dot);
  const auto signature = from_base64url(token.substr(dot + 1));
  const auto payload = from_base64url(text.substr(header.size()));
  if (!signature || !payload) return wrong();
  const Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool good =
      EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(digest.get(), bytes(*signature), signature->size(), bytes(text),
                       text.size()) == 1;
  if (!good) return wrong();
  return *payload;
}

}  // namespace lyceum::identity
