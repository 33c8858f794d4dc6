// One room on loopback, as fast as one thread goes: N clients that listen, messages from rotating
// senders. Deliveries are counted by a mark in the text that holds the time of sending, so that all
// protocols are measured alike: Lyceum's gateway (sending over REST), IRC, MQTT. bench/chat runs
// it.
//
//   chat_load ws|irc|mqtt PORT PID CLIENTS SECONDS SLOW_PERCENT RATE… [< "CHANNEL TOKEN…"]
//   chat_load sends PORT PID CONNECTIONS SECONDS < "CHANNEL TOKEN…"
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <netinet/tcp.h>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace std::literals;

constexpr std::string_view mark = "@@";
constexpr std::size_t marked = 18;  // with the time: 16 hexadecimal digits, ns
constexpr std::size_t text_size = 100;
constexpr std::size_t posters_max = 32;     // requests under way at once
constexpr std::size_t setting_up_max = 20;  // connections that are being made
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t calm_max = 30 * second;
constexpr std::int64_t drain = 8 * second;  // for what is still under way when a phase ends

[[noreturn]] void die(const std::string& why) {
  std::cerr << "chat_load: " << why << '\n';
  std::exit(1);
}

std::int64_t now() {
  timespec at = {};
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * second + at.tv_nsec;
}

double cpu_seconds(int pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string all(std::istreambuf_iterator<char>(file), {});
  std::istringstream fields(all.substr(all.rfind(')') + 2));
  std::string word;
  double ticks = 0;
  for (int i = 3; fields >> word && i <= 15; ++i)
    if (i >= 14) ticks += std::stod(word);
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double own_cpu_seconds() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  const auto in_seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return in_seconds(used.ru_utime) + in_seconds(used.ru_stime);
}

std::int64_t resident_kib(int pid) {
  std::ifstream file(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("VmRSS:")) return std::stoll(line.substr(6));
  die("the server has gone");
}

int connect_to(int port, bool slow) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int small = 4'096, on = 1;
  if (slow) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    die("cannot connect");
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

void write_all(int fd, std::string_view bytes) {
  if (send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    die(fmt::format("cannot send: {}", std::strerror(errno)));
}

std::string text_of(std::int64_t at) {
  auto text = fmt::format("{}{:016x}", mark, at);
  text.resize(text_size, '.');
  return text;
}

// --- the protocols

struct Step {  // of a connection's beginning
  std::string send;
  std::string await;  // a piece of the answer
};

struct Room {  // of Lyceum
  std::string channel;
  std::vector<std::string> tokens;
};

std::string masked(std::string_view text) {  // a client's frame; a mask of zeros changes nothing
  return std::string("\x81"s) + static_cast<char>(0x80 | text.size()) + std::string(4, '\0') +
         std::string(text);
}

std::string mqtt(char type, std::string_view body) {
  return std::string(1, type) + static_cast<char>(body.size()) + std::string(body);
}

std::string mqtt_text(std::string_view text) {
  return std::string(1, '\0') + static_cast<char>(text.size()) + std::string(text);
}

std::vector<Step> beginning(std::string_view protocol, std::size_t i, const Room& room) {
  if (protocol == "irc")
    return {{fmt::format("NICK c{}\r\nUSER u 0 * :c\r\n", i), " 001 "},
            {"JOIN #room\r\n", " 366 "}};
  if (protocol == "mqtt")
    return {{mqtt('\x10', mqtt_text("MQTT") + "\x04\x02\0\0"s + mqtt_text(fmt::format("c{}", i))),
             "\x20\x02"},
            {mqtt('\x82', "\0\x01"s + mqtt_text("room") + '\0'), "\x90\x03"}};
  return {{fmt::format("GET /api/v1/gateway HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                       "{}\r\nConnection: Upgrade\r\n"
                       "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                       "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                       room.tokens[i % room.tokens.size()]),
           "\"heartbeat_interval\""},
          {masked(R"({"op":2,"d":{}})"), "\"READY\""}};
}

std::string post(const Room& room, std::size_t user, std::string_view text) {
  const auto body = fmt::format(R"({{"content":"{}"}})", text);
  return fmt::format(
      "POST /api/v1/channels/{}/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      room.channel, room.tokens[user % room.tokens.size()], body.size(), body);
}

// --- the load

struct Client {
  int fd = -1;
  bool slow = false;
  std::vector<Step> steps;
  std::size_t step = 0;
  std::string tail;  // of what came: a mark may be cut in two
};

struct Poster {  // a connection that sends to Lyceum
  int fd = -1;
  std::int64_t began = 0;  // 0: idle
  std::string answer;
};

class Load {
 public:
  Load(std::string protocol,
       int port,
       int pid,
       std::size_t clients,
       std::size_t slow_percent,
       Room room)
      : protocol_(std::move(protocol)),
        port_(port),
        pid_(pid),
        room_(std::move(room)),
        clients_(clients) {
    for (std::size_t i = 0; i < clients; ++i) clients_[i].slow = i % 100 < slow_percent;
  }

  void open_all() {
    const auto before = resident_kib(pid_);
    std::size_t next = 0;
    while (ready_ < clients_.size()) {
      while (next < clients_.size() && next - ready_ < setting_up_max) open(next++);
      turn(100);
    }
    settle(second);
    std::cout << fmt::format(
        "connected {} KiB_each {:.2f}\n", clients_.size(),
        static_cast<double>(resident_kib(pid_) - before) / static_cast<double>(clients_.size()));
    for (auto& client : clients_)
      if (client.slow) epoll_ctl(epoll_, EPOLL_CTL_DEL, client.fd, nullptr);
  }

  void open_posters(std::size_t count) {
    posters_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      posters_[i].fd = connect_to(port_, false);
      watch(posters_[i].fd, clients_.size() + i);
    }
  }

  void phase(double rate, int seconds) {
    beat();
    calm_down();
    latencies_.clear();
    const auto listening =
        std::ranges::count(clients_, false, &Client::slow) - (protocol_ == "irc" ? 1 : 0);
    const double cpu = cpu_seconds(pid_), own = own_cpu_seconds();
    const std::int64_t began = phase_began_ = now();
    const auto due = static_cast<std::int64_t>(rate * seconds);
    std::int64_t sent = 0;
    while (sent < due) {
      const std::int64_t at =
          began + static_cast<std::int64_t>(static_cast<double>(sent) / rate * second);
      if (now() >= at && say(static_cast<std::size_t>(sent))) ++sent;
      turn(static_cast<int>(std::clamp<std::int64_t>((at - now()) / 1'000'000, 0, 10)));
    }
    const auto expected = static_cast<std::size_t>(sent * listening);
    const double took = static_cast<double>(now() - began) / second;
    for (const auto end = now() + drain; latencies_.size() < expected && now() < end;) turn(10);
    report(fmt::format("rate {}", rate), latencies_.size(), expected, cpu_seconds(pid_) - cpu,
           own_cpu_seconds() - own, took);
  }

  // Every connection sends again as soon as it is answered.
  void sends(int seconds) {
    const double cpu = cpu_seconds(pid_), own = own_cpu_seconds();
    const std::int64_t began = now();
    std::size_t user = 0;
    while (now() - began < seconds * second) {
      for (auto& poster : posters_)
        if (poster.began == 0) start(poster, user++);
      turn(10);
    }
    const double took = static_cast<double>(now() - began) / second;
    report(fmt::format("sends {:.0f}", static_cast<double>(answers_.size()) / took),
           answers_.size(), answers_.size(), cpu_seconds(pid_) - cpu, own_cpu_seconds() - own, took,
           answers_);
  }

 private:
  void open(std::size_t i) {
    auto& client = clients_[i];
    client.fd = connect_to(port_, client.slow);
    client.steps = beginning(protocol_, i, room_);
    watch(client.fd, i);
    write_all(client.fd, client.steps[0].send);
  }

  void watch(int fd, std::size_t index) const {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u64 = index;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void turn(int wait_ms) {
    std::array<epoll_event, 256> events;
    const int count = epoll_wait(epoll_, events.data(), events.size(), wait_ms);
    for (int i = 0; i < count; ++i) {
      const std::size_t index = events[static_cast<std::size_t>(i)].data.u64;
      if (index < clients_.size())
        heard(clients_[index]);
      else
        answered(posters_[index - clients_.size()]);
    }
  }

  // Until what was sent before is heard, or is not going to be.
  void calm_down() {
    const std::int64_t began = now();
    while (now() - std::max(heard_at_, began) < second && now() - began < calm_max) turn(10);
  }

  void settle(std::int64_t quiet) {
    for (const auto end = now() + quiet; now() < end;) turn(10);
  }

  std::string_view read_from(int fd, std::string_view before) {
    static std::array<char, 1 << 18> buffer;
    std::ranges::copy(before, buffer.begin());
    const auto size = recv(fd, buffer.data() + before.size(), buffer.size() - before.size(), 0);
    if (size <= 0 && errno != EAGAIN) die("the server has hung up");
    return {buffer.data(), before.size() + static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }

  void heard(Client& client) {
    const auto bytes = read_from(client.fd, client.tail);
    if (client.step < client.steps.size()) return begin_on(client, bytes);
    const std::int64_t at = now();
    std::size_t from = 0;
    for (;;) {
      const auto found = bytes.find(mark, from);
      if (found == bytes.npos || found + marked > bytes.size()) {
        from = found == bytes.npos ? std::max(from, bytes.size() - (bytes.ends_with('@') ? 1 : 0))
                                   : found;
        break;
      }
      std::int64_t sent = 0;
      std::from_chars(bytes.data() + found + mark.size(), bytes.data() + found + marked, sent, 16);
      heard_at_ = at;
      if (sent >= phase_began_) latencies_.push_back(at - sent);
      from = found + marked;
    }
    client.tail.assign(bytes.substr(from));
  }

  void begin_on(Client& client, std::string_view bytes) {
    client.tail.assign(bytes);
    if (!client.tail.contains(client.steps[client.step].await)) return;
    client.tail.clear();
    if (++client.step == client.steps.size())
      ++ready_;
    else
      write_all(client.fd, client.steps[client.step].send);
  }

  // False: not now.
  bool say(std::size_t n) {
    if (protocol_ == "ws") {
      const auto idle = std::ranges::find(posters_, 0, &Poster::began);
      if (idle == posters_.end()) return false;
      start(*idle, n);
      return true;
    }
    std::size_t sender = n % clients_.size();
    while (clients_[sender].slow) sender = (sender + 1) % clients_.size();
    const auto text = text_of(now());
    write_all(clients_[sender].fd, protocol_ == "irc" ? fmt::format("PRIVMSG #room :{}\r\n", text)
                                                      : mqtt('\x30', mqtt_text("room") + text));
    return true;
  }

  void start(Poster& poster, std::size_t user) {
    poster.began = now();
    write_all(poster.fd, post(room_, user, text_of(poster.began)));
  }

  void answered(Poster& poster) {
    poster.answer = read_from(poster.fd, poster.answer);
    const auto head = poster.answer.find("\r\n\r\n");
    if (head == poster.answer.npos) return;
    std::string lower = poster.answer.substr(0, head);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto length = std::stoul(lower.substr(lower.find("content-length:") + 15));
    if (poster.answer.size() < head + 4 + length) return;
    if (!lower.starts_with("http/1.1 201")) die("not sent: " + poster.answer);
    answers_.push_back(now() - poster.began);
    poster.began = 0;
    poster.answer.clear();
  }

  void beat() {
    if (protocol_ != "ws") return;
    for (const auto& client : clients_)
      if (!client.slow) write_all(client.fd, masked(R"({"op":1,"d":null})"));
    settle(second / 2);
  }

  void report(const std::string& what,
              std::size_t delivered,
              std::size_t expected,
              double cpu,
              double own,
              double took) {
    report(what, delivered, expected, cpu, own, took, latencies_);
  }

  static void report(const std::string& what,
                     std::size_t delivered,
                     std::size_t expected,
                     double cpu,
                     double own,
                     double took,
                     std::vector<std::int64_t>& times) {
    std::ranges::sort(times);
    const auto at = [&](double part) {
      return times.empty() ? 0.0
                           : static_cast<double>(times[static_cast<std::size_t>(
                                 part * static_cast<double>(times.size() - 1))]) /
                                 1e6;
    };
    std::cout << fmt::format(
        "{} delivered {} expected {} us_each {:.2f} p50_ms {:.2f} p99_ms {:.2f} max_ms {:.2f} "
        "load_cpu {:.0f}%\n",
        what, delivered, expected,
        cpu / static_cast<double>(std::max<std::size_t>(delivered, 1)) * 1e6, at(0.5), at(0.99),
        at(1), own / took * 100);
    std::cout.flush();
  }

  const std::string protocol_;
  const int port_, pid_;
  const Room room_;
  const int epoll_ = epoll_create1(0);
  std::vector<Client> clients_;
  std::vector<Poster> posters_;
  std::size_t ready_ = 0;
  std::int64_t phase_began_ = 0, heard_at_ = 0;
  std::vector<std::int64_t> latencies_, answers_;  // ns
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 5) die("see the comment at the top");
  Room room;
  if (words[0] == "ws" || words[0] == "sends") {
    std::cin >> room.channel;
    for (std::string token; std::cin >> token;) room.tokens.push_back(token);
  }
  const bool sends = words[0] == "sends";
  const auto count = std::stoul(words[3]);
  const int seconds = std::stoi(words[4]);
  Load load(words[0], std::stoi(words[1]), std::stoi(words[2]), sends ? 0 : count,
            sends ? 0 : std::stoul(words[5]), room);
  if (sends) {
    load.open_posters(count);
    load.sends(seconds);
    return 0;
  }
  load.open_all();
  if (words[0] == "ws") load.open_posters(posters_max);
  for (std::size_t i = 6; i < words.size(); ++i) load.phase(std::stod(words[i]), seconds);
}
