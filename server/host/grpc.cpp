#include "host/grpc.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <grpc/support/log.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <stdexcept>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/clock.h"
#include "base/log.h"
#include "contract/call.pb.h"
#include "host/check.h"

namespace asio = boost::asio;

namespace lyceum::host {
namespace {

constexpr const char* call_key = "lyceum-call-bin";

// What gRPC has to say, such as why a handshake failed, is a line of our log.
void log_as_we_do(gpr_log_func_args* said) {
  if (said->severity == GPR_LOG_SEVERITY_ERROR)
    log::warn("grpc", {{"what", said->message}});
  else
    log::write(log::Level::debug, {}, "grpc", {{"what", said->message}});
}

// gRPC 1.51 shares one completion queue between all callback users and takes it down with the last
// of them; when another one comes at that moment, it aborts. So one user stays for ever: a channel
// to nowhere that has made one call.
void keep_queue_up() {
  static grpc::GenericStub* const stays = [] {
    gpr_set_log_function(log_as_we_do);
    auto* stub = new grpc::GenericStub(
        grpc::CreateChannel("unix:/nowhere", grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now());
    const grpc::Slice nothing("");
    const grpc::ByteBuffer request(&nothing, 1);
    grpc::ByteBuffer reply;
    std::promise<void> answered;
    stub->UnaryCall(&context, "/none", {}, &request, &reply,
                    [&answered](const grpc::Status&) { answered.set_value(); });
    answered.get_future().wait();
    return stub;
  }();
  (void)stays;
}

std::shared_ptr<grpc::ServerCredentials> server_credentials(const Tls* tls) {
  if (!tls) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = tls->ca;
  options.pem_key_cert_pairs.push_back({tls->key, tls->certificate});
  return grpc::SslServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> channel_credentials(const Tls* tls) {
  if (!tls) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials({tls->ca, tls->key, tls->certificate});
}

std::string to_string(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  (void)buffer.Dump(&slices);
  std::string out;
  out.reserve(buffer.Length());
  for (const auto& s : slices) out.append(reinterpret_cast<const char*>(s.begin()), s.size());
  return out;
}

grpc::ByteBuffer to_buffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

grpc::Status to_status(const Error& error) {
  call::v1::ErrorInfo info;
  info.set_reason(error.reason);
  info.set_field(error.field);
  info.set_retry_after_ms(error.retry_after_ms);
  info.set_quota(error.quota);
  info.set_window_ms(error.window_ms);
  return {static_cast<grpc::StatusCode>(error.code), error.message, info.SerializeAsString()};
}

Error to_error(const grpc::Status& status) {
  call::v1::ErrorInfo info;
  const bool ours = !status.error_details().empty() && info.ParseFromString(status.error_details());
  std::string reason = ours ? info.reason() : std::string(transport_failed);
  return {static_cast<Code>(status.error_code()),
          std::move(reason),
          status.error_message(),
          info.field(),
          info.retry_after_ms(),
          info.quota(),
          info.window_ms()};
}

Call to_call(const grpc::GenericCallbackServerContext& context, CancellationPtr cancellation) {
  call::v1::CallInfo wire;
  const auto& metadata = context.client_metadata();
  if (const auto found = metadata.find(call_key); found != metadata.end())
    (void)wire.ParseFromArray(found->second.data(), static_cast<int>(found->second.size()));
  Call::Info info;
  info.caller = {wire.user_id(),
                 {wire.roles().begin(), wire.roles().end()},
                 {wire.scopes().begin(), wire.scopes().end()},
                 wire.credential_id(),
                 wire.session(),
                 wire.service()};
  info.trace = {wire.trace_id(), wire.span_id()};
  info.deadline_ms = wire.deadline_ms();
  info.idempotency_key = wire.idempotency_key();
  info.address = wire.address();
  info.locale = wire.locale();
  info.cancellation = std::move(cancellation);
  return Call(std::move(info));
}

// The deadline travels twice: for gRPC, and for the handler, whose own calls must not outlive it.
void set_metadata(grpc::ClientContext& context, const Call& call) {
  constexpr std::int64_t longest_ms = 30'000;  // of a call that says nothing
  const auto& info = call.info();
  const auto deadline_ms =
      info.deadline_ms > 0 ? info.deadline_ms : SystemClock().now_ms() + longest_ms;
  call::v1::CallInfo wire;
  wire.set_user_id(info.caller.user_id);
  for (const auto& role : info.caller.roles) wire.add_roles(role);
  for (const auto& scope : info.caller.scopes) wire.add_scopes(scope);
  wire.set_credential_id(info.caller.credential_id);
  wire.set_session(info.caller.session);
  wire.set_service(info.caller.service);
  wire.set_trace_id(info.trace.trace_id);
  wire.set_span_id(info.trace.span_id);
  wire.set_deadline_ms(deadline_ms);
  wire.set_idempotency_key(info.idempotency_key);
  wire.set_address(info.address);
  wire.set_locale(info.locale);
  context.AddMetadata(call_key, wire.SerializeAsString());
  context.set_deadline(
      std::chrono::system_clock::time_point(std::chrono::milliseconds(deadline_ms)));
}

using Item = std::unique_ptr<grpc::ByteBuffer>;

// A call that came in. Lives until OnDone; the handler's coroutine keeps it by `self_`.
class Incoming final : public grpc::ServerGenericBidiReactor {
 public:
  Incoming(grpc::GenericCallbackServerContext* context,
           const MethodTable& table,
           asio::any_io_executor loop)
      : context_(context), table_(table), loop_(std::move(loop)) {
    StartRead(&in_);
  }

  void OnReadDone(bool ok) override {
    const Method* method = ok ? table_.find(context_->method()) : nullptr;
    if (!method)
      return Finish(to_status({Code::unimplemented,
                               std::string(not_served_here),
                               "this process does not serve " + context_->method(),
                               {},
                               0}));
    MessagePtr request(method->request->New());
    if (!request->ParseFromString(to_string(in_)))
      return Finish(to_status({Code::invalid_argument, "unreadable", "unreadable message", {}, 0}));
    if (const auto good = check(*request); !good) return Finish(to_status(good.error()));
    auto call = to_call(*context_, cancellation_);
    asio::co_spawn(
        loop_, run(*method, call, std::move(request)),
        [this, call](const std::exception_ptr& bug, const grpc::Status& status) {
          finish(call,
                 bug ? to_status({Code::internal, "internal", "a handler threw", {}, 0}) : status);
        });
  }

  void OnWriteDone(bool ok) override { wake(ok); }

  void OnCancel() override { cancellation_->cancel(); }

  void OnDone() override { delete this; }

 private:
  Task<grpc::Status> run(const Method& method, Call call, MessagePtr request) {
    if (method.unary) {
      const auto reply = co_await method.unary(std::move(call), std::move(request));
      if (!reply) co_return to_status(reply.error());
      const auto sent = co_await write((*reply)->SerializeAsString());
      co_return sent ? grpc::Status::OK : to_status(sent.error());
    }
    Sink<MessagePtr> sink([this](MessagePtr item) { return write(item->SerializeAsString()); });
    const auto done = co_await method.stream(std::move(call), std::move(request), std::move(sink));
    co_return done ? grpc::Status::OK : to_status(done.error());
  }

  void finish(const Call& call, const grpc::Status& status) {
    const std::chrono::duration<double, std::milli> took =
        std::chrono::steady_clock::now() - began_;
    log::info(call, "rpc",
              {{"method", context_->method()},
               {"code", static_cast<int>(status.error_code())},
               {"duration_ms", took.count()}});
    Finish(status);
  }

  // One write at a time: a handler sends its items one after the other.
  Task<Result<void>> write(std::string bytes) {
    if (cancellation_->cancelled())
      co_return fail(Code::cancelled, "cancelled", "the caller has gone");
    out_ = to_buffer(bytes);
    const bool ok = co_await asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(
        [this](auto handler) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          auto executor = asio::get_associated_executor(*shared);
          wake_ = [shared, executor](bool good) {
            asio::post(executor, [shared, good] { std::move (*shared)(good); });
          };
          StartWrite(&out_);
        },
        asio::use_awaitable);
    if (!ok) co_return fail(Code::cancelled, "cancelled", "the caller has gone");
    co_return Result<void>{};
  }

  void wake(bool ok) {
    const auto resume = std::move(wake_);  // the coroutine may start the next write at once
    if (resume) resume(ok);
  }

  grpc::GenericCallbackServerContext* context_;
  const MethodTable& table_;
  asio::any_io_executor loop_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  grpc::ByteBuffer in_, out_;
  std::function<void(bool)> wake_;
  const CancellationPtr cancellation_ = std::make_shared<Cancellation>();
};

class Server final : public GrpcServer, grpc::CallbackGenericService {
 public:
  Server(const MethodTable& table, NextLoop next_loop, const std::string& listen, const Tls* tls)
      : table_(table), next_loop_(std::move(next_loop)), listen_(listen) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(listen, server_credentials(tls), &port_);
    // Our own clients ping every 20 s while a call is under way.
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT,
                               0);  // a port that another process has is an error
    builder.RegisterCallbackGenericService(this);
    builder.SetMaxReceiveMessageSize(64 << 20);
    server_ = builder.BuildAndStart();
    if (!server_ || port_ == 0) throw std::runtime_error("cannot listen on " + listen);
  }

  ~Server() override {
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(10));
    server_->Wait();
  }

  std::string address() const override {
    if (listen_.starts_with("unix:")) return listen_;
    return listen_.substr(0, listen_.rfind(':') + 1) + std::to_string(port_);
  }

 private:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Incoming(context, table_, next_loop_());
  }

  const MethodTable& table_;
  const NextLoop next_loop_;
  const std::string listen_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// A stream that we asked for: items wait here until the sink has taken the one before.
class Outgoing final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                       public std::enable_shared_from_this<Outgoing> {
 public:
  explicit Outgoing(std::string bytes) : request_(to_buffer(bytes)) {}

  void start(grpc::GenericStub& stub, const std::string& method) {
    self_ = shared_from_this();  // until OnDone: gRPC writes into us
    stub.PrepareBidiStreamingCall(&context, method, {}, this);
    StartWriteLast(&request_, {});
    StartRead(&in_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (ok) give(std::make_unique<grpc::ByteBuffer>(in_));
  }

  void OnDone(const grpc::Status& status) override {
    const auto self = std::move(self_);
    {
      const std::scoped_lock lock(mutex_);
      status_ = status;
      done_ = true;
    }
    give(nullptr);
  }

  // The next item; null at the end. The item after it is read only when this one was asked for.
  Task<Item> next(bool read_on) {
    if (read_on) StartRead(&in_);
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [this](auto handler) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          auto executor = asio::get_associated_executor(*shared);
          const std::scoped_lock lock(mutex_);
          wake_ = [shared, executor] { asio::post(executor, [shared] { std::move (*shared)(); }); };
          if (!items_.empty() || done_) std::exchange(wake_, nullptr)();
        },
        asio::use_awaitable);
    const std::scoped_lock lock(mutex_);
    if (items_.empty()) co_return nullptr;
    Item item = std::move(items_.front());
    items_.pop_front();
    co_return item;
  }

  grpc::Status status() {
    const std::scoped_lock lock(mutex_);
    return status_;
  }

  grpc::ClientContext context;

 private:
  void give(Item item) {
    const std::scoped_lock lock(mutex_);
    if (item) items_.push_back(std::move(item));
    if (wake_) std::exchange(wake_, nullptr)();
  }

  std::shared_ptr<Outgoing> self_;
  grpc::ByteBuffer request_, in_;
  std::mutex mutex_;
  std::deque<Item> items_;
  std::function<void()> wake_;
  grpc::Status status_;
  bool done_ = false;
};

class GrpcChannel final : public Channel {
 public:
  GrpcChannel(const std::string& address, const Tls* tls)
      : stub_(grpc::CreateCustomChannel(address, channel_credentials(tls), arguments())) {}

  Task<Result<std::string>> send(Call call, std::string_view method, std::string bytes) override {
    struct Op {
      grpc::ClientContext context;
      grpc::ByteBuffer request, reply;
      grpc::Status status;
    };

    auto op = std::make_shared<Op>();
    set_metadata(op->context, call);
    const auto leaving =
        Cancellation::listen(call.info().cancellation, [op] { op->context.TryCancel(); });
    op->request = to_buffer(bytes);
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [&](auto handler) {
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          auto executor = asio::get_associated_executor(*shared);
          stub_.UnaryCall(&op->context, std::string(method), {}, &op->request, &op->reply,
                          [op, shared, executor](grpc::Status status) {
                            op->status = std::move(status);
                            asio::post(executor, [shared] { std::move (*shared)(); });
                          });
        },
        asio::use_awaitable);
    if (!op->status.ok()) co_return fail(to_error(op->status));
    co_return to_string(op->reply);
  }

  Task<Result<void>> stream(Call call,
                            std::string_view method,
                            std::string bytes,
                            Sink<std::string> sink) override {
    auto op = std::make_shared<Outgoing>(std::move(bytes));
    set_metadata(op->context, call);
    const auto leaving =
        Cancellation::listen(call.info().cancellation, [op] { op->context.TryCancel(); });
    op->start(stub_, std::string(method));
    Result<void> taken;
    for (bool first = true;; first = false) {
      // After a sink that failed we only wait for the end.
      const Item item = co_await op->next(!first && taken.has_value());
      if (!item) break;
      if (taken) taken = co_await sink.send(to_string(*item));
      if (!taken) op->context.TryCancel();
    }
    if (!taken) co_return taken;
    const auto status = op->status();
    if (!status.ok()) co_return fail(to_error(status));
    co_return Result<void>{};
  }

 private:
  static grpc::ChannelArguments arguments() {
    grpc::ChannelArguments out;
    out.SetMaxReceiveMessageSize(64 << 20);
    // A peer that is away is tried again soon and for ever; to connect takes a second at most.
    out.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    out.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
    out.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1'000);
    // A machine that has lost its power sends no farewell.
    out.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
    out.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
    out.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // a stream may be silent for long
    return out;
  }

  grpc::GenericStub stub_;
};

}  // namespace

std::unique_ptr<GrpcServer> serve_grpc(const MethodTable& table,
                                       NextLoop next_loop,
                                       const std::string& listen,
                                       const Tls* tls) {
  keep_queue_up();
  return std::make_unique<Server>(table, std::move(next_loop), listen, tls);
}

std::unique_ptr<Channel> dial_grpc(const std::string& address, const Tls* tls) {
  keep_queue_up();
  return std::make_unique<GrpcChannel>(address, tls);
}

}  // namespace lyceum::host
