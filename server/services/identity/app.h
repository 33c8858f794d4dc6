#pragma once
// The web app's own side of signing in (/auth/*): it is a client of the provider that keeps its
// tokens on the server ("backend for frontend"). The browser has a session cookie that no script
// can read.

#include "services/identity/parts.h"
#include "services/identity/provider.h"
#include "services/identity/web.h"

namespace lyceum::identity {

class App {
 public:
  App(Parts& parts, Provider& provider) : parts_(parts), provider_(provider) {}

  Task<Result<web::Response>> handle(Call call, web::Request request);

 private:
  Task<Result<web::Response>> login(web::Request request);
  Task<Result<web::Response>> callback(Call call, web::Request request);
  Task<Result<web::Response>> exchange(Call call,
                                       web::Request request,
                                       store::AppFlow flow,
                                       std::string code);
  Task<Result<web::Response>> logout(Call call, web::Request request);

  Parts& parts_;
  Provider& provider_;
};

}  // namespace lyceum::identity
