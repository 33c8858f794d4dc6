#include "services/identity/seal.h"

#include <fcntl.h>
#include <memory>
#include <openssl/evp.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"

namespace lyceum::identity {
namespace {

constexpr std::size_t key_size = 32, nonce_size = 12, tag_size = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

struct Descriptor {
  int fd;

  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

// Whole or not at all: written beside and linked to its name, so that of two that start only one
// wins.
void make_key_file(const std::string& path) {
  const std::string beside = path + "." + hex(random_bytes(8));
  const std::string key = random_bytes(key_size);
  {
    const Descriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400)};
    const bool written =
        file.fd >= 0 &&
        ::write(file.fd, key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
        ::fsync(file.fd) == 0;
    if (!written) {
      ::unlink(beside.c_str());
      throw std::runtime_error("cannot write the key file " + path);
    }
  }
  const bool linked = ::link(beside.c_str(), path.c_str()) == 0 || errno == EEXIST;
  ::unlink(beside.c_str());
  if (!linked) throw std::runtime_error("cannot write the key file " + path);
}

}  // namespace

Seal Seal::open(const std::string& path) {
  if (path.empty()) return Seal(random_bytes(key_size));
  if (::access(path.c_str(), F_OK) != 0) make_key_file(path);
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  struct stat about{};
  if (file.fd < 0 || ::fstat(file.fd, &about) != 0)
    throw std::runtime_error("cannot read the key file " + path);
  if ((about.st_mode & 077) != 0)
    throw std::runtime_error("the key file " + path + " can be read by others; chmod 0400 it");
  std::string key(key_size + 1, '\0');
  if (::read(file.fd, key.data(), key.size()) != static_cast<ssize_t>(key_size))
    throw std::runtime_error("the key file " + path + " is not 32 bytes long");
  key.resize(key_size);
  return Seal(std::move(key));
}

std::string Seal::close(std::string_view secret, std::string_view about) const {
  const std::string nonce = random_bytes(nonce_size);
  std::string out(secret.size(), '\0'), tag(tag_size, '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int length = 0;
  const bool good =
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key_), bytes(nonce)) ==
          1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes(about),
                        static_cast<int>(about.size())) == 1 &&
      EVP_EncryptUpdate(cipher.get(), bytes(out), &length, bytes(secret),
                        static_cast<int>(secret.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), bytes(tag), &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()) == 1;
  if (!good) throw std::runtime_error("AES-256-GCM failed");
  return base64url(nonce + out + tag);
}

Result<std::string> Seal::open(std::string_view sealed, std::string_view about) const {
  const auto wrong = [] {
    return fail(Code::data_loss, "seal_broken", "a sealed secret does not fit the key file");
  };
  const auto raw = from_base64url(sealed);
  if (!raw || raw->size() < nonce_size + tag_size) return wrong();
  const std::string_view nonce = std::string_view(*raw).substr(0, nonce_size);
  const std::string_view body =
      std::string_view(*raw).substr(nonce_size, raw->size() - nonce_size - tag_size);
  std::string tag = raw->substr(raw->size() - tag_size), out(body.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int length = 0;
  const bool good =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key_), bytes(nonce)) ==
          1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes(about),
                        static_cast<int>(about.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), bytes(out), &length, bytes(body),
                        static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), bytes(tag), &length) == 1;
  if (!good) return wrong();
  return out;
}

}  // namespace lyceum::identity
