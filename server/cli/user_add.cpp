#include <fmt/format.h>

#include "cli/reach.h"
#include "contract/identity.rpc.h"

namespace lyceum::cli {

int user_add(const Arguments& arguments) {
  auto visible = common_options();
  visible.add_options()  //
      ("email", options::value<std::string>()->required()->value_name("ADDRESS"),
       "to sign in with")                                                                     //
      ("password", options::value<std::string>()->value_name("TEXT"), "8 to 128 characters")  //
      ("password-stdin", "read the password from standard input")                             //
      ("name", options::value<std::string>()->value_name("TEXT"), "what others see")          //
      ("role", options::value<std::vector<std::string>>()->value_name("ROLE"),
       "global role, may be repeated: administrator, user_moderator, server_moderator, "
       "content_creator, "
       "assessment_creator")  //
      ("confirmed", "the address needs no confirmation mail");
  const auto [parsed, exit_code] = parse(
      arguments, "lyceum user add --email ADDRESS (--password TEXT | --password-stdin) [OPTION…]",
      visible);
  if (exit_code) return *exit_code;
  auto password = read_password(parsed);
  if (!password) return failed(password.error());
  auto reach = Reach::open(parsed);
  if (!reach) return failed(reach.error());

  identity::v1::AddUserRequest request;
  request.set_email(parsed.text("email"));
  request.set_password(*std::move(password));
  request.set_name(parsed.text("name"));
  request.set_confirmed(parsed.has("confirmed"));
  if (parsed.has("role"))
    for (const auto& role : parsed.values["role"].as<std::vector<std::string>>())
      request.add_roles(role);
  auto& identity = (*reach)->get<identity::v1::IdentityApi>(identity::v1::connect_identity);
  const auto user =
      (*reach)->call(identity, &identity::v1::IdentityApi::add_user, std::move(request));
  if (!user) return failed(user.error());
  fmt::print("user {} {}{}\n", user->id(), user->email(),
             user->confirmed() ? "" : " (waits for confirmation)");
  return 0;
}

}  // namespace lyceum::cli
