#include "host/tls.h"

#include <cerrno>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <system_error>

#include "host/openssl_ptr.h"

namespace lyceum::host {
namespace {

std::unexpected<Error> wrong(std::string setting, const std::string& what) {
  return fail({Code::invalid_argument, "bad_setting", what, "server." + std::move(setting), 0});
}

Result<std::string> read(const char* setting, const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string out{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad())
    return wrong(setting,
                 fmt::format("cannot read {}: {}", path, std::generic_category().message(errno)));
  return out;
}

std::string date(const ASN1_TIME* time) {
  std::tm parts{};
  if (!ASN1_TIME_to_tm(time, &parts)) return "an unknown day";
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

Result<CertificatePtr> parse(const char* setting,
                             const std::string& path,
                             const std::string& pem,
                             std::int64_t now_ms) {
  auto out = read_certificate(pem);
  if (!out) return wrong(setting, fmt::format("{} is no certificate (PEM)", path));
  std::time_t now = now_ms / 1000;
  if (X509_cmp_time(X509_get0_notAfter(out.get()), &now) < 0)
    return wrong(setting,
                 fmt::format("{} expired on {}", path, date(X509_get0_notAfter(out.get()))));
  if (X509_cmp_time(X509_get0_notBefore(out.get()), &now) > 0)
    return wrong(setting, fmt::format("{} is good only from {} on", path,
                                      date(X509_get0_notBefore(out.get()))));
  return out;
}

// Whether every other process will believe `certificate`: signed by the authority, and for both
// ends.
bool believed(X509* authority, X509* certificate, std::int64_t now_ms) {
  const std::unique_ptr<X509_STORE, OpensslFree<X509_STORE, X509_STORE_free>> store(
      X509_STORE_new());
  X509_STORE_add_cert(store.get(), authority);
  for (const int purpose : {X509_PURPOSE_SSL_SERVER, X509_PURPOSE_SSL_CLIENT}) {
    const std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX, X509_STORE_CTX_free>> context(
        X509_STORE_CTX_new());
    X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr);
    X509_STORE_CTX_set_purpose(context.get(), purpose);
    X509_STORE_CTX_set_time(context.get(), 0, now_ms / 1000);
    const bool good = X509_verify_cert(context.get()) == 1;
    ERR_clear_error();
    if (!good) return false;
  }
  return true;
}

}  // namespace

Result<std::optional<Tls>> load_tls(const TlsFiles& files, std::int64_t now_ms) {
  if (files.ca.empty() && files.certificate.empty() && files.key.empty()) return std::nullopt;
  for (const auto& [setting, path] :
       {std::pair{"tls_ca", &files.ca}, {"tls_cert", &files.certificate}, {"tls_key", &files.key}})
    if (path->empty())
      return wrong(setting, "tls_ca, tls_cert and tls_key are set together or not at all");
  Tls out;
  TRY(out.ca, read("tls_ca", files.ca));
  TRY(out.certificate, read("tls_cert", files.certificate));
  TRY(out.key, read("tls_key", files.key));
  TRY(const auto authority, parse("tls_ca", files.ca, out.ca, now_ms));
  TRY(const auto certificate, parse("tls_cert", files.certificate, out.certificate, now_ms));
  const auto key = read_key(out.key);
  if (!key)
    return wrong("tls_key",
                 fmt::format("{} is no private key (PEM, without a password)", files.key));
  const bool match = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!match)
    return wrong("tls_key", fmt::format("{} is not the key of {}", files.key, files.certificate));
  if (!believed(authority.get(), certificate.get(), now_ms))
    return wrong("tls_cert", fmt::format("{} is not signed by {} for both server and client",
                                         files.certificate, files.ca));
  return out;
}

}  // namespace lyceum::host
