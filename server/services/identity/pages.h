#pragma once
// The provider's few pages: plain HTML made here, one stylesheet, no script. English and French.

#include <cstdint>
#include <string>
#include <string_view>

#include "services/identity/web.h"

namespace lyceum::identity::pages {

enum class Language { english, french };

// From ui_locales if there is one that we speak, else from Accept-Language.
Language language_of(const web::Request& request, std::string_view ui_locales);

struct SignIn {
  std::string flow;           // the form's secret
  std::string email;          // as typed before
  std::string client_origin;  // where the client takes the code
  bool wrong = false;
  std::int64_t wait_s = 0;  // too many tries
};

web::Response sign_in(Language language, const SignIn& page, int status);
web::Response confirm_sign_out(Language language,
                               const std::string& flow,
                               const std::string& client_origin);
web::Response signed_out(Language language, std::string_view public_url);

enum class Trouble { request_malformed, client_unknown, redirect_unknown, page_outdated, refused };
web::Response trouble(Language language, int status, Trouble trouble, std::string_view public_url);

web::Response style();  // pages.css

std::string escape(std::string_view text);  // for HTML text and quoted attributes

}  // namespace lyceum::identity::pages
