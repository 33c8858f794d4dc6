#pragma once
// The HTTP side of a process: what is answered before any service is asked (health, metrics, the
// web app's files), and the way from there to REST.

#include <atomic>
#include <memory>
#include <span>

#include "base/embedded.h"
#include "host/host.h"

namespace lyceum::host {

class Edge {
 public:
  // Listens on settings.listen and sets the host's public address. Until open(), everything but
  // /healthz is answered 503 "starting".
  static Result<std::unique_ptr<Edge>> listen(Host& host, std::span<const EmbeddedFile> website);
  virtual ~Edge() = default;

  virtual void open() = 0;   // lets requests in
  virtual void drain() = 0;  // returns when the last connection is gone

 protected:
  Edge() = default;
};

}  // namespace lyceum::host
