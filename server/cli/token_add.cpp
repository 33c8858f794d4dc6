#include <fmt/format.h>

#include "cli/reach.h"
#include "contract/identity.rpc.h"

namespace lyceum::cli {
namespace {

void split_into(const std::string& text, identity::v1::AddTokenRequest& request) {
  std::size_t from = 0;
  while (from <= text.size()) {
    const auto comma = std::min(text.find(',', from), text.size());
    if (comma > from) request.add_scopes(text.substr(from, comma - from));
    from = comma + 1;
  }
}

}  // namespace

int token_add(const Arguments& arguments) {
  auto visible = common_options();
  visible.add_options()                                                                           //
      ("email", options::value<std::string>()->required()->value_name("ADDRESS"), "whose token")  //
      ("scopes", options::value<std::string>()->value_name("A,B"),
       "profile, learn, run, talk, admin (default: all that the user may)")  //
      ("name", options::value<std::string>()->value_name("TEXT"),
       "to know it by in the list of tokens");
  const auto [parsed, exit_code] =
      parse(arguments,
            "lyceum token add --email ADDRESS [--scopes A,B]\n\nPrints the token alone; it is "
            "shown only this once.",
            visible);
  if (exit_code) return *exit_code;
  auto reach = Reach::open(parsed);
  if (!reach) return failed(reach.error());

  identity::v1::AddTokenRequest request;
  request.set_email(parsed.text("email"));
  request.set_name(parsed.text("name"));
  split_into(parsed.text("scopes"), request);
  auto& identity = (*reach)->get<identity::v1::IdentityApi>(identity::v1::connect_identity);
  const auto token =
      (*reach)->call(identity, &identity::v1::IdentityApi::add_token, std::move(request));
  if (!token) return failed(token.error());
  fmt::print("{}\n", token->token());
  return 0;
}

}  // namespace lyceum::cli
