#include <algorithm>
#include <fmt/format.h>

#include "base/crypto.h"
#include "base/log.h"
#include "services/account/account.h"
#include "services/account/image.h"
#include "services/account/store.h"

namespace lyceum::account {
namespace {

constexpr std::string_view path_prefix = "/media/pictures/";

std::string blob_key(std::string_view name) {
  return fmt::format("pictures/{}", name);
}

bool is_name(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

lyceum::v1::WebResponse response(int status, std::string body = {}) {
  lyceum::v1::WebResponse answer;
  answer.set_status(status);
  answer.set_body(std::move(body));
  return answer;
}

void add_header(lyceum::v1::WebResponse& answer, std::string_view name, std::string_view value) {
  auto& header = *answer.add_headers();
  header.set_name(std::string(name));
  header.set_value(std::string(value));
}

lyceum::v1::WebResponse not_found() {
  auto answer = response(404, "There is no such picture.\n");
  add_header(answer, "content-type", "text/plain; charset=utf-8");
  add_header(answer, "x-content-type-options", "nosniff");
  add_header(answer, "cache-control", "no-store");
  return answer;
}

}  // namespace

Task<Result<api::Me>> Account::set_picture(Call call, api::SetPictureRequest request) {
  CO_TRY_VOID(co_await profile_of(call, call.user_id()));
  // Every upload has a name of its own, also of equal bytes: so forgetting the old one can never
  // take away one that somebody, or another request, has just begun to use.
  const std::string salt = std::to_string(ids_.next());
  CO_TRY(const auto name, co_await cpu_.run([&]() -> Result<std::string> {
    const auto image = read_image(request.picture());
    if (!image)
      return bad_field("picture", "not_a_picture", "a picture is a PNG, a JPEG or a WebP");
    if (std::max(image->width, image->height) > config_.picture_side_max)
      return bad_field(
          "picture", "picture_too_large",
          fmt::format("a picture has at most {0} × {0} pixels", config_.picture_side_max));
    return sha256_hex(salt + request.picture());
  }));
  CO_TRY_VOID(co_await blobs_.put(blob_key(name), std::move(*request.mutable_picture())));
  CO_TRY_VOID(co_await change_picture(call, name));
  co_return co_await me(call);
}

Task<Result<lyceum::v1::Empty>> Account::delete_picture(Call call,
                                                        api::DeletePictureRequest /*request*/) {
  CO_TRY_VOID(co_await profile_of(call, call.user_id()));
  CO_TRY_VOID(co_await change_picture(call, ""));
  co_return lyceum::v1::Empty();
}

Task<Result<void>> Account::change_picture(Call call, std::string name) {
  const auto old = co_await db_.write([&](Tx& tx) -> Result<std::string> {
    TRY(const auto before, store::person_by_id(tx, call.user_id()));
    TRY(auto unused, store::swap_picture(tx, call.user_id(), name));
    TRY_VOID(person_changed(tx, call, before));
    return unused;
  });
  const std::string unused = old ? *old : name;
  if (!unused.empty()) {
    const auto removed = co_await blobs_.remove(blob_key(unused));
    if (!removed) log::warn("an old picture stays", {{"error", removed.error().message}});
  }
  if (!old) co_return fail(old.error());
  co_return Result<void>{};
}

Task<Result<lyceum::v1::WebResponse>> Account::picture(Call /*call*/,
                                                       lyceum::v1::WebRequest request) {
  if (request.method() != "GET" && request.method() != "HEAD") {
    auto answer = response(405);
    add_header(answer, "allow", "GET, HEAD");
    co_return answer;
  }
  const std::string_view path = request.path();
  if (!path.starts_with(path_prefix) || !is_name(path.substr(path_prefix.size())))
    co_return not_found();
  auto bytes = co_await blobs_.get(blob_key(path.substr(path_prefix.size())));
  if (!bytes && bytes.error().code == Code::not_found) co_return not_found();
  if (!bytes) co_return fail(bytes.error());
  const auto image = read_image(*bytes);
  if (!image) co_return fail(Code::data_loss, "broken_picture", "a stored picture cannot be read");

  auto answer = response(200, *std::move(bytes));
  add_header(answer, "content-type", image->type);
  add_header(answer, "x-content-type-options", "nosniff");
  add_header(answer, "cache-control", "public, max-age=31536000, immutable");
  add_header(answer, "content-security-policy", "default-src 'none'");
  co_return answer;
}

}  // namespace lyceum::account
