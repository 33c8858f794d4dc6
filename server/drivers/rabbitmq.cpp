#include "drivers/rabbitmq.h"

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <array>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace lyceum::rabbitmq {
namespace {

constexpr int frame_bytes_max = 131'072;
constexpr int heartbeat_s = 10;  // silence for twice as long ends the connection
constexpr int setup_channel = 1;
constexpr unsigned write_patience_ms = 20'000;  // for what the other side does not even receive

amqp_bytes_t bytes(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};  // NOLINT: the library only reads
}

std::string text(amqp_bytes_t bytes) {
  return bytes.len == 0 ? "" : std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

amqp_table_entry_t entry(const char* key, std::string_view value) {
  amqp_table_entry_t out{};
  out.key = amqp_cstring_bytes(key);
  out.value.kind = AMQP_FIELD_KIND_UTF8;
  out.value.value.bytes = bytes(value);
  return out;
}

amqp_table_entry_t entry(const char* key, std::int64_t value) {
  amqp_table_entry_t out{};
  out.key = amqp_cstring_bytes(key);
  out.value.kind = AMQP_FIELD_KIND_I64;
  out.value.value.i64 = value;
  return out;
}

timeval time_of(std::chrono::milliseconds ms) {
  return {ms.count() / 1000, (ms.count() % 1000) * 1000};
}

std::unexpected<Error> broken(std::string_view what, std::string_view why) {
  return fail(Code::unavailable, "broker", fmt::format("{}: {}", what, why));
}

Result<void> written(int status) {
  if (status != AMQP_STATUS_OK) return broken("cannot write", amqp_error_string2(status));
  return {};
}

std::string reason_of(const amqp_method_t& method) {
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD)
    return text(static_cast<amqp_connection_close_t*>(method.decoded)->reply_text);
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD)
    return text(static_cast<amqp_channel_close_t*>(method.decoded)->reply_text);
  return "the broker refused";
}

Result<void> check_reply(const amqp_rpc_reply_t& reply, std::string_view what) {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL:
      return {};
    case AMQP_RESPONSE_SERVER_EXCEPTION:
      return broken(what, reason_of(reply.reply));
    case AMQP_RESPONSE_LIBRARY_EXCEPTION:
      return broken(what, amqp_error_string2(reply.library_error));
    default:
      return broken(what, "no answer");
  }
}

void read_headers(const amqp_table_t& table, Message& out) {
  for (int i = 0; i < table.num_entries; ++i) {
    const auto& [key, value] = table.entries[i];
    const auto name = text(key);
    if (value.kind == AMQP_FIELD_KIND_UTF8 && name == "traceparent")
      out.traceparent = text(value.value.bytes);
    else if (value.kind == AMQP_FIELD_KIND_I64 && name == "tries")
      out.tries = static_cast<int>(value.value.i64);
  }
}

}  // namespace

Result<Address> parse_address(std::string_view url) {
  std::string copy(url);  // is taken apart in place
  amqp_connection_info parts{};
  amqp_default_connection_info(&parts);
  if (amqp_parse_url(copy.data(), &parts) != AMQP_STATUS_OK)
    return bad_field("server.bus", "bad_setting",
                     "amqp://USER:PASSWORD@HOST:PORT/VHOST or amqps://… is needed; what is not a "
                     "letter or a digit in its parts is written as %XX");
  return Address{.user = parts.user,
                 .password = parts.password,
                 .host = parts.host,
                 .vhost = parts.vhost,
                 .port = parts.port,
                 .tls = parts.ssl != 0,
                 .ca = {},
                 .certificate = {},
                 .key = {}};
}

std::string describe(const Address& address) {
  return fmt::format("{}:{}/{}", address.host, address.port,
                     address.vhost == "/" ? "" : address.vhost);
}

Result<std::unique_ptr<Connection>> Connection::open(const Address& address,
                                                     const std::string& name,
                                                     std::chrono::milliseconds patience) {
  auto out = std::unique_ptr<Connection>(new Connection(amqp_new_connection()));
  if (out->state_ == nullptr) return broken("cannot connect", "no memory");
  TRY_VOID(out->connect(address, patience));
  TRY_VOID(out->log_in(address, name));
  TRY_VOID(out->open_channel(setup_channel));
  return out;
}

Connection::~Connection() {
  if (state_ != nullptr) amqp_destroy_connection(state_);  // closes the socket, too
}

Result<void> Connection::connect(const Address& address, std::chrono::milliseconds patience) {
  amqp_socket_t* socket = address.tls ? amqp_ssl_socket_new(state_) : amqp_tcp_socket_new(state_);
  if (socket == nullptr) return broken("cannot connect", "no memory");
  if (address.tls) {  // librabbitmq checks the certificate and the name in it by itself
    if (amqp_ssl_socket_set_cacert(socket, address.ca.c_str()) != AMQP_STATUS_OK ||
        amqp_ssl_socket_set_key(socket, address.certificate.c_str(), address.key.c_str()) !=
            AMQP_STATUS_OK)
      return broken("cannot connect", "the files of server.tls_* cannot be used");
    amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
  }
  const timeval wait = time_of(patience);
  amqp_set_handshake_timeout(state_, &wait);
  amqp_set_rpc_timeout(state_, &wait);
  const int status = amqp_socket_open_noblock(socket, address.host.c_str(), address.port, &wait);
  if (status != AMQP_STATUS_OK) return broken("cannot connect", amqp_error_string2(status));
  setsockopt(this->socket(), IPPROTO_TCP, TCP_USER_TIMEOUT, &write_patience_ms,
             sizeof write_patience_ms);
  return {};
}

Result<void> Connection::log_in(const Address& address, const std::string& name) {
  amqp_table_entry_t capability{};
  capability.key = amqp_cstring_bytes("consumer_cancel_notify");
  capability.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  capability.value.value.boolean = 1;
  std::array properties = {entry("connection_name", name), amqp_table_entry_t{}};
  properties[1].key = amqp_cstring_bytes("capabilities");
  properties[1].value.kind = AMQP_FIELD_KIND_TABLE;
  properties[1].value.value.table = {1, &capability};
  const amqp_table_t table{properties.size(), properties.data()};
  return check_reply(
      amqp_login_with_properties(state_, address.vhost.c_str(), AMQP_DEFAULT_MAX_CHANNELS,
                                 frame_bytes_max, heartbeat_s, &table, AMQP_SASL_METHOD_PLAIN,
                                 address.user.c_str(), address.password.c_str()),
      "cannot log in");
}

Result<void> Connection::check(const char* what) const {
  return check_reply(amqp_get_rpc_reply(state_), what);
}

Result<void> Connection::open_channel(int channel) {
  amqp_channel_open(state_, static_cast<amqp_channel_t>(channel));
  return check("cannot open a channel");
}

Result<void> Connection::declare_exchange(const std::string& name, const char* type) {
  amqp_exchange_declare(state_, setup_channel, bytes(name), bytes(type), 0, 1, 0, 0,
                        amqp_empty_table);
  return check("cannot declare an exchange");
}

Result<void> Connection::declare(const QuorumQueue& queue) {
  std::vector<amqp_table_entry_t> entries = {entry("x-queue-type", "quorum")};
  if (queue.dies) {
    entries.push_back(entry("x-dead-letter-exchange", queue.dead_exchange));
    if (!queue.dead_key.empty())
      entries.push_back(entry("x-dead-letter-routing-key", queue.dead_key));
    // Else a message that moves may be lost on the way.
    entries.push_back(entry("x-dead-letter-strategy", "at-least-once"));
    entries.push_back(entry("x-overflow", "reject-publish"));
  }
  if (queue.ttl_ms != 0) entries.push_back(entry("x-message-ttl", queue.ttl_ms));
  if (queue.delivery_limit != 0) entries.push_back(entry("x-delivery-limit", queue.delivery_limit));
  const amqp_table_t table{static_cast<int>(entries.size()), entries.data()};
  amqp_queue_declare(state_, setup_channel, bytes(queue.name), 0, 1, 0, 0, table);
  return check("cannot declare a queue");
}

Result<std::string> Connection::declare_own_queue() {
  const auto* made =
      amqp_queue_declare(state_, setup_channel, amqp_empty_bytes, 0, 0, 1, 1, amqp_empty_table);
  TRY_VOID(check("cannot declare a queue"));
  return text(made->queue);
}

Result<void> Connection::bind(const std::string& queue,
                              const std::string& exchange,
                              const std::string& key) {
  amqp_queue_bind(state_, setup_channel, bytes(queue), bytes(exchange), bytes(key),
                  amqp_empty_table);
  return check("cannot bind a queue");
}

Result<void> Connection::confirm(int channel) {
  amqp_confirm_select(state_, static_cast<amqp_channel_t>(channel));
  return check("cannot have confirms");
}

Result<void> Connection::consume(int channel, const std::string& queue, int prefetch) {
  const auto at = static_cast<amqp_channel_t>(channel);
  amqp_basic_qos(state_, at, 0, static_cast<std::uint16_t>(prefetch), 0);
  TRY_VOID(check("cannot limit deliveries"));
  amqp_basic_consume(state_, at, bytes(queue), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
  return check("cannot consume");
}

Result<void> Connection::consume_unanswered(int channel, const std::string& queue) {
  amqp_basic_consume(state_, static_cast<amqp_channel_t>(channel), bytes(queue), amqp_empty_bytes,
                     0, 1, 1, amqp_empty_table);
  return check("cannot consume");
}

void Connection::close() {
  amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
}

Result<void> Connection::publish(int channel,
                                 const std::string& exchange,
                                 const std::string& key,
                                 const Message& message) {
  std::vector<amqp_table_entry_t> headers;
  if (!message.traceparent.empty()) headers.push_back(entry("traceparent", message.traceparent));
  if (message.tries != 0) headers.push_back(entry("tries", message.tries));
  if (!message.reason.empty()) headers.push_back(entry("reason", message.reason));
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                      AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TYPE_FLAG |
                      AMQP_BASIC_TIMESTAMP_FLAG | AMQP_BASIC_APP_ID_FLAG | AMQP_BASIC_HEADERS_FLAG;
  properties.content_type = amqp_cstring_bytes("application/x-protobuf");
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties.message_id = bytes(message.id);
  properties.type = bytes(message.type);
  properties.timestamp = static_cast<std::uint64_t>(message.created_at_ms / 1000);
  properties.app_id = amqp_cstring_bytes("lyceum");
  properties.headers = {static_cast<int>(headers.size()), headers.data()};
  constexpr amqp_boolean_t mandatory = 1;  // else what no queue takes is confirmed and gone
  return written(amqp_basic_publish(state_, static_cast<amqp_channel_t>(channel), bytes(exchange),
                                    bytes(key), mandatory, 0, &properties, bytes(message.body)));
}

Result<void> Connection::acknowledge(int channel, std::uint64_t tag) {
  return written(amqp_basic_ack(state_, static_cast<amqp_channel_t>(channel), tag, 0));
}

Result<void> Connection::reject(int channel, std::uint64_t tag) {
  return written(amqp_basic_reject(state_, static_cast<amqp_channel_t>(channel), tag, 0));
}

Result<std::optional<Happened>> Connection::next() {
  amqp_maybe_release_buffers(state_);
  for (;;) {
    amqp_frame_t frame{};
    const timeval at_once{};
    const int status = amqp_simple_wait_frame_noblock(state_, &frame, &at_once);
    if (status == AMQP_STATUS_TIMEOUT) return std::nullopt;
    if (status != AMQP_STATUS_OK) return broken("cannot read", amqp_error_string2(status));
    if (frame.frame_type != AMQP_FRAME_METHOD) continue;
    TRY(auto happened, method(frame));
    if (happened) return happened;
  }
}

Result<std::optional<Happened>> Connection::method(const amqp_frame_t& frame) {
  const auto& method = frame.payload.method;
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto* deliver = static_cast<amqp_basic_deliver_t*>(method.decoded);
      Delivered out{frame.channel, deliver->delivery_tag, deliver->redelivered != 0, {}};
      TRY(out.message, read_message(frame.channel));
      return out;
    }
    case AMQP_BASIC_RETURN_METHOD: {
      TRY(auto message, read_message(frame.channel));
      return Returned{std::move(message.id)};
    }
    case AMQP_BASIC_ACK_METHOD: {
      const auto* ack = static_cast<amqp_basic_ack_t*>(method.decoded);
      return Confirmed{ack->delivery_tag, ack->multiple != 0, true};
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto* nack = static_cast<amqp_basic_nack_t*>(method.decoded);
      return Confirmed{nack->delivery_tag, nack->multiple != 0, false};
    }
    case AMQP_BASIC_CANCEL_METHOD:
      return broken("the broker has ended a subscription", "its queue has gone");
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
      return broken("the broker has closed the connection", reason_of(method));
    default:
      return std::nullopt;
  }
}

Result<Message> Connection::read_message(int channel) {
  amqp_message_t message{};
  TRY_VOID(check_reply(amqp_read_message(state_, static_cast<amqp_channel_t>(channel), &message, 0),
                       "cannot read"));
  const auto& properties = message.properties;
  const auto has = [&](amqp_flags_t flag) { return (properties._flags & flag) != 0; };
  Message out;
  if (has(AMQP_BASIC_MESSAGE_ID_FLAG)) out.id = text(properties.message_id);
  if (has(AMQP_BASIC_TYPE_FLAG)) out.type = text(properties.type);
  if (has(AMQP_BASIC_TIMESTAMP_FLAG))
    out.created_at_ms = static_cast<std::int64_t>(properties.timestamp) * 1000;
  if (has(AMQP_BASIC_HEADERS_FLAG)) read_headers(properties.headers, out);
  out.body = text(message.body);
  amqp_destroy_message(&message);
  return out;
}

int Connection::socket() const {
  return amqp_get_sockfd(state_);
}

void Connection::interrupt() {
  shutdown(socket(), SHUT_RDWR);
}

}  // namespace lyceum::rabbitmq
