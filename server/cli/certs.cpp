#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "base/clock.h"
#include "cli/command.h"
#include "host/certificates.h"

namespace lyceum::cli {
namespace {

using host::KeyAndCertificate;
using host::Validity;

constexpr std::int64_t day_ms = 86'400'000;
constexpr int days_default = 365, days_max = 3650;
constexpr std::int64_t clocks_differ_ms =
    3'600'000;  // so that a machine whose clock is behind takes them

std::unexpected<Error> cannot(const std::string& what, const std::string& path) {
  return fail(Code::failed_precondition, "file",
              fmt::format("cannot {} {}: {}", what, path, std::generic_category().message(errno)));
}

std::unexpected<Error> usage(std::string message) {
  return fail(Code::invalid_argument, "usage", std::move(message));
}

// A host name that is also a good file name; "ca" is the authority's.
Result<void> check_name(const std::string& name) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
  const bool good = !name.empty() && name.size() <= 64 &&
                    name.find_first_not_of(allowed) == std::string::npos && name[0] != '.' &&
                    name[0] != '-' && name != "ca";
  if (!good)
    return usage(fmt::format(
        "\"{}\" is no name for a process: a host name of at most 64 letters, digits, - and .",
        name));
  return {};
}

// Through a new file that takes the old one's place whole; a key is never readable by others, not
// even for a moment.
Result<void> write_file(const std::string& path, const std::string& text, mode_t mode) {
  const std::string unfinished = path + ".new";
  unlink(unfinished.c_str());
  const int fd = open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return cannot("write", path);
  const bool written = write(fd, text.data(), text.size()) == std::ssize(text) && fsync(fd) == 0;
  if (close(fd) != 0 || !written || rename(unfinished.c_str(), path.c_str()) != 0)
    return cannot("write", path);
  return {};
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open()) return cannot("read", path);
  return text;
}

Result<void> save(const std::string& path, const KeyAndCertificate& made) {
  TRY_VOID(write_file(path + ".key", made.key, 0600));
  return write_file(path + ".pem", made.certificate, 0644);
}

bool exists(const std::string& path) {
  return std::filesystem::exists(path + ".pem") && std::filesystem::exists(path + ".key");
}

Result<KeyAndCertificate> authority(const std::string& folder,
                                    std::int64_t now_ms,
                                    std::int64_t until_ms) {
  const std::string path = folder + "/ca";
  const bool certificate = std::filesystem::exists(path + ".pem"),
             key = std::filesystem::exists(path + ".key");
  if (certificate != key)
    return fail(
        Code::failed_precondition, "half_authority",
        fmt::format(
            "{0} has ca.{1} without ca.{2}: bring the other one back, or take another folder",
            folder, certificate ? "pem" : "key", certificate ? "key" : "pem"));
  if (certificate) {
    KeyAndCertificate out;
    TRY(out.key, read_file(path + ".key"));
    TRY(out.certificate, read_file(path + ".pem"));
    return out;
  }
  // It must outlive all that it signs, also what it signs later.
  TRY(auto made, host::make_authority(
                     {now_ms - clocks_differ_ms, std::max(until_ms, now_ms + days_max * day_ms)}));
  TRY_VOID(save(path, made));
  fmt::print("{}.pem made\n", path);
  return made;
}

Result<void> make(const std::string& folder, int days, const std::vector<std::string>& names) {
  if (days < 1 || days > days_max) return usage(fmt::format("--days is 1 to {}", days_max));
  if (names.empty())
    return usage(
        "name the processes that need a certificate, such as: lyceum certs --out certs gateway "
        "identity");
  for (const auto& name : names) TRY_VOID(check_name(name));
  if (std::error_code error; !std::filesystem::create_directories(folder, error) && error)
    return fail(Code::failed_precondition, "file",
                fmt::format("cannot make {}: {}", folder, error.message()));
  const auto now_ms = SystemClock().now_ms();
  const Validity validity{now_ms - clocks_differ_ms, now_ms + days * day_ms};
  TRY(const auto signer, authority(folder, now_ms, validity.until_ms));
  for (const auto& name : names) {
    const std::string path = folder + "/" + name;
    if (exists(path)) {
      fmt::print("{}.pem was there\n", path);
      continue;
    }
    TRY(const auto made, host::make_certificate(signer, name, validity));
    TRY_VOID(save(path, made));
    fmt::print("{}.pem made\n", path);
  }
  return {};
}

}  // namespace

int certs(const Arguments& arguments) {
  options::options_description visible("options"), hidden;
  visible.add_options()  //
      ("out", options::value<std::string>()->required()->value_name("DIR"),
       "folder for all of them")  //
      ("days", options::value<int>()->default_value(days_default)->value_name("N"),
       "how long they are good")  //
      ("help,h", "print this");
  hidden.add_options()("name", options::value<std::vector<std::string>>()->default_value({}, ""));
  options::positional_options_description positional;
  positional.add("name", -1);
  const auto [parsed, exit_code] = parse(arguments,
                                         "lyceum certs --out DIR [--days N] NAME…\n\n"
                                         "Makes certificates by which the processes of one Lyceum "
                                         "know each other: an authority (ca.pem and\n"
                                         "ca.key), and for each NAME NAME.pem and NAME.key, good "
                                         "for localhost, 127.0.0.1, ::1 and NAME (a host\n"
                                         "name or IPv4 address). What is there already is kept: "
                                         "delete NAME.pem to have it made anew.\n"
                                         "Keep ca.key where no process runs: who has it can be any "
                                         "of them. docs/services-apart.md says more.",
                                         visible, positional, hidden);
  if (exit_code) return *exit_code;
  const auto made = make(parsed.text("out"), parsed.values["days"].as<int>(),
                         parsed.values["name"].as<std::vector<std::string>>());
  return made ? 0 : failed(made.error());
}

}  // namespace lyceum::cli
