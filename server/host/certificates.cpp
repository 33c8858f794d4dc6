#include "host/certificates.h"

#include "host/openssl_ptr.h"

namespace lyceum::host {
namespace {

std::unexpected<Error> broken(const char* what) {
  ERR_clear_error();
  return fail(Code::internal, "openssl", std::string("OpenSSL cannot make ") + what);
}

std::string text_of(BIO* bio) {
  const char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool set_validity(X509* certificate, Validity validity) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), validity.from_ms / 1000) &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), validity.until_ms / 1000);
}

bool set_serial(X509* certificate) {
  const std::unique_ptr<BIGNUM, OpensslFree<BIGNUM, BN_free>> number(BN_new());
  return BN_rand(number.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

bool set_name(X509* certificate, const std::string& name) {
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()),
                                    static_cast<int>(name.size()), -1, 0);
}

bool extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  using ExtensionPtr =
      std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION, X509_EXTENSION_free>>;
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1);
}

bool is_ipv4(const std::string& name) {
  return name.find_first_not_of("0123456789.") == std::string::npos;
}

// A certificate of version 3 with all but issuer, extensions and signature.
CertificatePtr start(EVP_PKEY* key, const std::string& name, Validity validity) {
  CertificatePtr out(X509_new());
  const bool good = out && X509_set_version(out.get(), X509_VERSION_3) && set_serial(out.get()) &&
                    set_validity(out.get(), validity) && set_name(out.get(), name) &&
                    X509_set_pubkey(out.get(), key);
  return good ? std::move(out) : nullptr;
}

Result<KeyAndCertificate> to_pem(EVP_PKEY* key, X509* certificate) {
  const BioPtr key_out(BIO_new(BIO_s_mem())), certificate_out(BIO_new(BIO_s_mem()));
  if (!PEM_write_bio_PrivateKey(key_out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) ||
      !PEM_write_bio_X509(certificate_out.get(), certificate))
    return broken("PEM");
  return KeyAndCertificate{text_of(key_out.get()), text_of(certificate_out.get())};
}

}  // namespace

Result<KeyAndCertificate> make_authority(Validity validity) {
  const KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return broken("a key");
  const auto made = start(key.get(), "Lyceum test authority", validity);
  X509* const self = made.get();
  const bool good = self && X509_set_issuer_name(self, X509_get_subject_name(self)) &&
                    extend(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                    extend(self, self, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    extend(self, self, NID_subject_key_identifier, "hash") &&
                    X509_sign(self, key.get(), EVP_sha256());
  if (!good) return broken("an authority");
  return to_pem(key.get(), self);
}

Result<KeyAndCertificate> make_certificate(const KeyAndCertificate& authority,
                                           const std::string& name,
                                           Validity validity) {
  const auto issuer = read_certificate(authority.certificate);
  const auto issuer_key = read_key(authority.key);
  if (!issuer || !issuer_key || !X509_check_private_key(issuer.get(), issuer_key.get()))
    return fail(Code::invalid_argument, "bad_authority",
                "the authority's certificate and key do not belong together");
  const KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return broken("a key");
  const auto made = start(key.get(), name, validity);
  X509* const self = made.get();
  const std::string names =
      "DNS:localhost,IP:127.0.0.1,IP:::1," + std::string(is_ipv4(name) ? "IP:" : "DNS:") + name;
  const bool good = self && X509_set_issuer_name(self, X509_get_subject_name(issuer.get())) &&
                    extend(self, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    extend(self, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
                    extend(self, issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth") &&
                    extend(self, issuer.get(), NID_authority_key_identifier, "keyid:always") &&
                    extend(self, issuer.get(), NID_subject_alt_name, names) &&
                    X509_sign(self, issuer_key.get(), EVP_sha256());
  if (!good) return broken("a certificate");
  return to_pem(key.get(), self);
}

}  // namespace lyceum::host
