#include "drivers/outbox.h"

#include <fmt/format.h>
#include <stdexcept>

#include "base/cpu.h"
#include "drivers/folder.h"

namespace lyceum {
namespace {

namespace fs = std::filesystem;

class Outbox final : public MailCarrier {
 public:
  explicit Outbox(fs::path folder) : folder_(std::move(folder)) {}

  // The same letter again is the same file.
  Task<Result<void>> deliver(Letter letter) override {
    if (!is_blob_key(letter.id) || letter.id.contains('/'))
      co_return fail(Code::invalid_argument, "bad_letter", "a letter's id names its file");
    const fs::path path = folder_ / (letter.id + ".eml");
    co_return co_await threads_.run([&] { return write_file_whole(path, letter.bytes); });
  }

  bool keeps() const override { return true; }

  void stop() override {}

 private:
  const fs::path folder_;
  Cpu threads_{1};
};

}  // namespace

std::unique_ptr<MailCarrier> open_outbox(const std::filesystem::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);  // links that open accounts
  if (error)
    throw std::runtime_error(fmt::format("cannot make {}: {}", folder.string(), error.message()));
  return std::make_unique<Outbox>(folder);
}

}  // namespace lyceum
