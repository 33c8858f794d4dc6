#include "drivers/smtp.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <curl/curl.h>
#include <fmt/format.h>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "base/cpu.h"

namespace lyceum {
namespace {

struct CloseCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

// A handle and the connection that it keeps. libcurl says goodbye to every server (QUIT) and waits
// for the answer, two minutes by default and whatever timeout is set: unless reading was ended
// before.
struct Connection {
  Connection() : curl(curl_easy_init()) {}

  ~Connection() { end_reading(); }

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void end_reading() const {
    for (const int socket : sockets) ::shutdown(socket, SHUT_RD);
  }

  std::vector<int> sockets;  // that are open; of several addresses tried at once, several
  std::unique_ptr<CURL, CloseCurl> curl;
};

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (socket < 0) return CURL_SOCKET_BAD;
  static_cast<Connection*>(user)->sockets.push_back(socket);
  return socket;
}

int close_socket(void* user, curl_socket_t socket) {
  std::erase(static_cast<Connection*>(user)->sockets, socket);
  return ::close(socket);
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// What libcurl is given to read from and what it tells about the talk.
struct Transfer {
  std::string_view unsent;
  std::string refusal;  // the last one: "550 5.1.1 no such mailbox"
  const Connection* connection = nullptr;
  const std::atomic<bool>* stopping = nullptr;
  std::chrono::steady_clock::time_point deadline;
};

std::size_t give_bytes(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const auto n = std::min(size * count, transfer.unsent.size());
  std::memcpy(buffer, transfer.unsent.data(), n);
  transfer.unsent.remove_prefix(n);
  return n;
}

// The server's lines come here. They may hold anything: we keep what prints.
std::size_t take_reply(char* line, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string reply;
  for (const char c : std::string_view(line, size * count).substr(0, 300))
    if (c >= 32 && c < 127) reply += c;
  if (reply.starts_with('4') || reply.starts_with('5')) transfer.refusal = std::move(reply);
  return size * count;
}

// Called at least once a second.
int look_for_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& transfer = *static_cast<Transfer*>(user);
  const bool end =
      transfer.stopping->load() || std::chrono::steady_clock::now() >= transfer.deadline;
  if (end) transfer.connection->end_reading();
  return end ? 1 : 0;
}

// A server that refuses us (password, certificate, TLS) is for an operator to mend: the mail waits.
// Only a plain "no, never" to this mail is the end of it.
Error verdict(CURLcode code, long status, const Transfer& transfer) {
  if (code == CURLE_ABORTED_BY_CALLBACK && transfer.stopping->load())
    return {Code::cancelled, "stopping", "the process is stopping", {}, 0};
  if (code == CURLE_ABORTED_BY_CALLBACK)
    return {Code::unavailable, "mail_delayed", "the server took too long", {}, 0};
  const bool ours = code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED ||
                    code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR;
  const bool said = (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR ||
                     code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_LOGIN_DENIED) &&
                    status >= 400 && status < 600;
  const std::string message = said && !transfer.refusal.empty()
                                  ? fmt::format("the server said: {}", transfer.refusal)
                                  : std::string(curl_easy_strerror(code));
  if (said && !ours && status >= 500)
    return {Code::failed_precondition, "mail_refused", message, {}, 0};
  return {Code::unavailable, "mail_delayed", message, {}, 0};
}

class Smtp final : public MailCarrier {
 public:
  explicit Smtp(SmtpServer server)
      : server_(std::move(server)), threads_(server_.connections, server_.connections * 4) {}

  ~Smtp() override { stop(); }

  Task<Result<void>> deliver(Letter letter) override {
    if (stopping_) co_return fail(Code::cancelled, "stopping", "the process is stopping");
    co_return co_await threads_.run([&] { return send(letter); });
  }

  bool keeps() const override { return false; }

  void stop() override { stopping_ = true; }

 private:
  Result<void> send(const Letter& letter) {
    std::unique_ptr<Connection> connection = take();
    CURL* c = connection->curl.get();
    if (!c) return fail(Code::unavailable, "mail_delayed", "libcurl cannot start");
    Transfer transfer;
    transfer.unsent = letter.bytes;
    transfer.connection = connection.get();
    transfer.stopping = &stopping_;
    transfer.deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(server_.timeout_ms);
    const std::unique_ptr<curl_slist, FreeList> to(
        curl_slist_append(nullptr, fmt::format("<{}>", letter.to).c_str()));
    const std::string from = fmt::format("<{}>", letter.from);
    // Our name in EHLO is the domain that the mails come from.
    const std::string url =
        fmt::format("{}/{}", server_.url, letter.from.substr(letter.from.find('@') + 1));

    set_server(c, url);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, connection.get());
    curl_easy_setopt(c, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(c, CURLOPT_CLOSESOCKETDATA, connection.get());
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to.get());
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give_bytes);
    curl_easy_setopt(c, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_reply);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, look_for_stop);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, &transfer);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);

    const CURLcode code = curl_easy_perform(c);
    long status = 0;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_reset(c);  // forgets the options and keeps the connection
    if (code != CURLE_OK) return fail(verdict(code, status, transfer));
    give_back(std::move(connection));
    return {};
  }

  void set_server(CURL* c, const std::string& url) const {
    curl_easy_setopt(c, CURLOPT_URL, url.c_str());
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, server_.timeout_ms / 1000L + 1);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
                     std::min(15'000L, static_cast<long>(server_.timeout_ms)));
    const long security = server_.security == "none"         ? CURLUSESSL_NONE
                          : server_.security == "if_offered" ? CURLUSESSL_TRY
                                                             : CURLUSESSL_ALL;
    curl_easy_setopt(c, CURLOPT_USE_SSL, security);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!server_.ca_file.empty()) curl_easy_setopt(c, CURLOPT_CAINFO, server_.ca_file.c_str());
    if (server_.user.empty()) return;
    curl_easy_setopt(c, CURLOPT_USERNAME, server_.user.c_str());
    curl_easy_setopt(c, CURLOPT_PASSWORD, server_.password.c_str());
  }

  std::unique_ptr<Connection> take() {
    const std::scoped_lock lock(mutex_);
    if (idle_.empty()) return std::make_unique<Connection>();
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void give_back(std::unique_ptr<Connection> connection) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  const SmtpServer server_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
  Cpu threads_;  // last: its threads end before what they use
};

}  // namespace

std::unique_ptr<MailCarrier> open_smtp(SmtpServer server) {
  const bool tls = server.url.starts_with("smtps://");
  if (!tls && !server.url.starts_with("smtp://"))
    throw std::runtime_error("an SMTP server's address begins with smtp:// or smtps://");
  const auto rest = std::string_view(server.url).substr(tls ? 8 : 7);
  if (rest.empty() || rest.find_first_of("/@?# ") != std::string_view::npos)
    throw std::runtime_error(
        "an SMTP server's address is smtp://HOST:PORT; user and password have settings of their "
        "own");
  if (server.security != "required" && server.security != "if_offered" && server.security != "none")
    throw std::runtime_error("an SMTP server's security is required, if_offered or none");
  if (server.connections < 1 || server.connections > 64)
    throw std::runtime_error("connections to an SMTP server: 1 to 64");
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw std::runtime_error("libcurl cannot start");
  return std::make_unique<Smtp>(std::move(server));
}

}  // namespace lyceum
