#pragma once
// What generated code stands on: the table of methods that a process serves, and the channel to a
// service in another process. Nothing in services/ includes this file.

#include <functional>
#include <google/protobuf/message.h>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/call.h"
#include "base/result.h"
#include "base/sink.h"
#include "base/task.h"

namespace lyceum {

using Message = google::protobuf::Message;
using MessagePtr = std::unique_ptr<Message>;

// One rpc, its types erased. Exactly one of unary and stream is set. The request is consumed.
struct Method {
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  const Message* request = nullptr;   // prototypes: New() makes one
  const Message* response = nullptr;  // of a stream: one item
  std::function<Task<Result<MessagePtr>>(Call, MessagePtr)> unary;
  std::function<Task<Result<void>>(Call, MessagePtr, Sink<MessagePtr>)> stream;
};

class MethodTable {
 public:
  template <class Api, class Req, class Res>
  void add(std::string name,
           const google::protobuf::MethodDescriptor* descriptor,
           Api& api,
           Task<Result<Res>> (Api::*method)(Call, Req)) {
    add(std::move(name), descriptor, Req::default_instance(), Res::default_instance()).unary =
        [&api, method](Call call, MessagePtr request) -> Task<Result<MessagePtr>> {
      auto& typed = static_cast<Req&>(*request);
      CO_TRY(auto reply, co_await (api.*method)(std::move(call), std::move(typed)));
      co_return std::make_unique<Res>(std::move(reply));
    };
  }

  template <class Api, class Req, class Res>
  void add(std::string name,
           const google::protobuf::MethodDescriptor* descriptor,
           Api& api,
           Task<Result<void>> (Api::*method)(Call, Req, Sink<Res>)) {
    add(std::move(name), descriptor, Req::default_instance(), Res::default_instance()).stream =
        [&api, method](Call call, MessagePtr request, Sink<MessagePtr> sink) -> Task<Result<void>> {
      auto& typed = static_cast<Req&>(*request);
      Sink<Res> items([sink](Res item) mutable -> Task<Result<void>> {
        return sink.send(std::make_unique<Res>(std::move(item)));
      });
      co_return co_await (api.*method)(std::move(call), std::move(typed), std::move(items));
    };
  }

  // "/lyceum.runner.v1.Runner/Run", as in gRPC; nullptr if there is none.
  const Method* find(const std::string& name) const {
    const auto found = methods_.find(name);
    return found == methods_.end() ? nullptr : &found->second;
  }

  const std::unordered_map<std::string, Method>& all() const { return methods_; }

 private:
  Method& add(std::string name,
              const google::protobuf::MethodDescriptor* descriptor,
              const Message& request,
              const Message& response) {
    Method& method = methods_[std::move(name)];
    method.descriptor = descriptor;
    method.request = &request;
    method.response = &response;
    return method;
  }

  std::unordered_map<std::string, Method> methods_;
};

// The far end of a call, in bytes.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual Task<Result<std::string>> send(Call call, std::string_view method, std::string bytes) = 0;
  // Gives every item to `sink`; returns when the stream has ended. A sink that fails cancels it.
  virtual Task<Result<void>> stream(Call call,
                                    std::string_view method,
                                    std::string bytes,
                                    Sink<std::string> sink) = 0;
};

// NOLINTBEGIN(cppcoreguidelines-avoid-reference-coroutine-parameters): channels outlive their calls
template <class Res, class Req>
Task<Result<Res>> send(Channel& channel, Call call, std::string_view method, Req request) {
  CO_TRY(const auto bytes, co_await channel.send(call, method, request.SerializeAsString()));
  Res reply;
  if (!reply.ParseFromString(bytes))
    co_return fail(Code::internal, "unreadable_reply",
                   "the other service answered something unreadable");
  co_return reply;
}

template <class Res, class Req>
Task<Result<void>> stream(
    Channel& channel, Call call, std::string_view method, Req request, Sink<Res> sink) {
  Sink<std::string> bytes([sink](std::string item) mutable -> Task<Result<void>> {
    Res typed;
    if (!typed.ParseFromString(item))
      co_return fail(Code::internal, "unreadable_reply",
                     "the other service answered something unreadable");
    co_return co_await sink.send(std::move(typed));
  });
  co_return co_await channel.stream(call, method, request.SerializeAsString(), std::move(bytes));
}

// NOLINTEND(cppcoreguidelines-avoid-reference-coroutine-parameters)

}  // namespace lyceum
