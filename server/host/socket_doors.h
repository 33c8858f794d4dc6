#pragma once
// Who may open a WebSocket: the handshake, the credential and the rate limit, asked as REST asks
// them.

#include <deque>
#include <string>

#include "base/clock.h"
#include "base/socket.h"
#include "host/http.h"
#include "host/rest.h"

namespace lyceum::host {

class SocketDoors {
 public:
  // `origin` is the public one: a page of another site may not use its visitor's session here.
  SocketDoors(const std::deque<SocketDoor>& doors,
              std::string origin,
              Rest::Authenticate authenticate,
              Rest::Allow allow);

  // nullptr: no WebSocket is served at this path.
  const SocketDoor* find(std::string_view path) const;

  // 101 with a grant, or a problem.
  Task<HttpResponse> answer(const SocketDoor& door, HttpRequest request) const;

 private:
  Result<void> count(Rate rate, const Caller& caller, const std::string& address) const;
  Task<Result<Caller>> admit(const SocketDoor& door, const HttpRequest& request) const;

  const std::deque<SocketDoor>& doors_;
  const std::string origin_;
  const Rest::Authenticate authenticate_;
  const Rest::Allow allow_;
};

}  // namespace lyceum::host
