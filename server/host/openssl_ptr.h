#pragma once
// OpenSSL's objects that free themselves, and its last error as text. For the files about
// certificates.

#include <memory>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string>

namespace lyceum::host {

template <class T, void (*free)(T*)>
struct OpensslFree {
  void operator()(T* one) const { free(one); }
};

using BioPtr = std::unique_ptr<BIO, OpensslFree<BIO, BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY, EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, OpensslFree<X509, X509_free>>;

inline CertificatePtr read_certificate(const std::string& pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CertificatePtr out(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return out;
}

// Without a password: a key that needs one gives nothing, it never asks.
inline KeyPtr read_key(const std::string& pem) {
  constexpr auto no_password = [](char*, int, int, void*) { return -1; };
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  KeyPtr out(PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return out;
}

}  // namespace lyceum::host
