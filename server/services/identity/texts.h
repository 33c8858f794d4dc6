#pragma once
#include <string_view>

#include "services/identity/pages.h"

namespace lyceum::identity::pages {

// What the pages say, in one language.
struct Texts {
  std::string_view sign_in, email, password, forgot, new_here, sign_up;
  std::string_view wrong, too_many, seconds;
  std::string_view sign_out, sign_out_question, sign_out_what, stay;
  std::string_view signed_out, signed_out_what, home;
  std::string_view trouble, again;
  std::string_view request_malformed, client_unknown, redirect_unknown, page_outdated, refused;
};

const Texts& texts(Language language);

}  // namespace lyceum::identity::pages
