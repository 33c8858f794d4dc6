// The table of docs: what must be refused, over a real socket, with the status that says why.
#include "host/http_strict.h"

#include <array>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "host/http_parser.h"
#include "host/http_test_client.h"

namespace lyceum::host {
namespace {

struct Case {
  std::string name;
  std::string bytes;
  int status;
};

std::string get(std::string_view target) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", target);
}

std::string with(std::string_view header_lines) {
  return fmt::format("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", header_lines);
}

std::string host(std::string_view host_lines) {
  return fmt::format("GET / HTTP/1.1\r\n{}\r\n", host_lines);
}

std::string post(std::string_view header_lines, std::string_view body) {
  return fmt::format("POST / HTTP/1.1\r\nHost: a\r\n{}\r\n{}", header_lines, body);
}

std::string chunked(std::string_view body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}

std::string zero_byte(std::string text) {
  text.replace(text.find('@'), 1, 1, '\0');
  return text;
}

std::vector<Case> host_cases() {
  return {
      {"missing_in_11", host("X: y\r\n"), 400},
      {"missing_in_10", "GET / HTTP/1.0\r\n\r\n", 200},
      {"two", host("Host: a\r\nHost: a\r\n"), 400},
      {"two_different", host("Host: a\r\nHost: b\r\n"), 400},
      {"two_in_10", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"userinfo", host("Host: u@localhost\r\n"), 400},
      {"comma", host("Host: a, b\r\n"), 400},
      {"empty", host("Host: \r\n"), 400},
      {"path", host("Host: a/b\r\n"), 400},
      {"blank_inside", host("Host: a b\r\n"), 400},
      {"port", host("Host: a:8080\r\n"), 200},
      {"port_empty", host("Host: a:\r\n"), 400},
      {"port_word", host("Host: a:http\r\n"), 400},
      {"ipv6", host("Host: [::1]:80\r\n"), 200},
      {"ipv6_bad", host("Host: [::g]\r\n"), 400},
      {"ipv6_zone", host("Host: [fe80::1%25eth0]\r\n"), 400},
      {"absolute_same", "GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"absolute_other", "GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"absolute_userinfo", "GET http://u@a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"absolute_other_scheme", "GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  };
}

std::vector<Case> framing_cases() {
  const std::string body = "0\r\n\r\n";
  const auto te = [&](std::string_view value) {
    return post(fmt::format("Transfer-Encoding: {}\r\n", value), body);
  };
  const auto length = [](std::string_view value) {
    return post(fmt::format("Content-Length: {}\r\n", value), "hello");
  };
  return {
      {"te_chunked", te("chunked"), 200},
      {"te_upper_case", te("CHUNKED"), 200},
      {"te_xchunked", te("xchunked"), 400},
      {"te_gzip", te("gzip"), 400},
      {"te_gzip_chunked", te("gzip, chunked"), 400},
      {"te_identity_and_length",
       post("Transfer-Encoding: identity\r\nContent-Length: 5\r\n", "hello"), 400},
      {"te_chunked_twice", te("chunked, chunked"), 400},
      {"te_chunked_identity", te("chunked, identity"), 400},
      {"te_trailing_comma", te("chunked,"), 400},
      {"te_leading_comma", te(",chunked"), 400},
      {"te_empty", te(""), 400},
      {"te_parameter", te("chunked;p=1"), 400},
      {"te_quoted", te("\"chunked\""), 400},
      {"te_two_headers", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", body),
       400},
      {"te_two_headers_gzip",
       post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", body), 400},
      {"te_in_10", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body, 400},
      {"te_folded", post("Transfer-Encoding:\r\n chunked\r\n", body), 400},
      {"length", length("5"), 200},
      {"length_leading_zero", length("05"), 200},
      {"length_two_equal", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
      {"length_two_different", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
      {"length_list", length("5, 5"), 400},
      {"length_plus", length("+5"), 400},
      {"length_minus", length("-5"), 400},
      {"length_hex", length("0x5"), 400},
      {"length_point", length("5.0"), 400},
      {"length_blank_inside", length("5 5"), 400},
      {"length_empty", length(""), 400},
      {"length_word", length("five"), 400},
      {"length_overflow", length("18446744073709551621"), 400},
      {"length_underscore", length("5_0"), 400},
      {"length_then_te", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", body), 400},
      {"te_then_length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", body), 400},
      {"te_then_length_0", post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", body), 400},
      {"get_with_length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 200},
  };
}

std::vector<Case> header_cases() {
  return {
      {"fold_space", with("X: a\r\n b\r\n"), 400},
      {"fold_tab", with("X: a\r\n\tb\r\n"), 400},
      {"fold_first", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"bare_lf", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400},
      {"bare_lf_all", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"bare_cr", with("X: a\rb\r\n"), 400},
      {"cr_cr_lf", with("X: a\r\r\n"), 400},
      {"nul_in_value", zero_byte(with("X: a@b\r\n")), 400},
      {"nul_in_name", zero_byte(with("X@: a\r\n")), 400},
      {"control_in_value", with("X: a\x01\r\n"), 400},
      {"delete_in_value", with("X: a\x7f\r\n"), 400},
      {"tab_in_value", with("X: a\tb\r\n"), 200},
      {"bracket_in_name", with("X[: a\r\n"), 400},
      {"blank_in_name", with("X Y: a\r\n"), 400},
      {"blank_before_colon", with("X : a\r\n"), 400},
      {"no_colon", with("nonsense\r\n"), 400},
      {"empty_name", with(": a\r\n"), 400},
      {"empty_value", with("X:\r\n"), 200},
      {"no_ascii_in_name", with("X\xc3\xa9: a\r\n"), 400},
      {"no_ascii_in_value", with("X: \xc3\xa9\r\n"), 200},
      {"expect_something", post("Expect: tea\r\nContent-Length: 0\r\n", ""), 417},
  };
}

std::vector<Case> request_line_cases() {
  return {
      {"plain", get("/"), 200},
      {"fragment", get("/#frag"), 400},
      {"no_ascii", get("/\xc3\xa9"), 400},
      {"star_get", get("*"), 400},
      {"star_options", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 204},
      {"no_slash", get("x"), 400},
      {"connect", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405},
      {"trace", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405},
      {"unknown_method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"lower_case_method", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"bad_method", "G[T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"bare_lf", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {"double_blank_before", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"double_blank_after", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"blank_first", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"tab", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"blank_in_target", get("/a b"), 400},
      {"no_version", "GET /\r\nHost: a\r\n\r\n", 400},
      {"version_9_9", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505},
      {"version_2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"version_1_2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"version_lower_case", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"version_long", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
      {"version_garbage", "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n", 400},
      {"empty_line_first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"nul", zero_byte("GET /@ HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
      {"tls", std::string("\x16\x03\x01\x02", 4), 400},
      {"other_protocol", "hello\r\n\r\n", 400},
  };
}

std::vector<Case> target_cases() {
  return {
      {"percent_00", get("/a%00"), 400},
      {"percent_00_in_query", get("/a?b=%00"), 400},
      {"percent_2f", get("/a%2fb"), 400},
      {"percent_2F", get("/a%2Fb"), 400},
      {"percent_5c", get("/a%5cb"), 400},
      {"percent_newline", get("/a%0ab"), 400},
      {"backslash", get("/a\\b"), 400},
      {"dot", get("/./a"), 400},
      {"dot_dot", get("/a/../b"), 400},
      {"dot_dot_last", get("/a/.."), 400},
      {"dot_dot_encoded", get("/a/%2e%2E/b"), 400},
      {"dot_encoded", get("/%2e/b"), 400},
      {"double_encoded", get("/a/%252e%252e/b"), 200},
      {"three_dots", get("/.../b"), 200},
      {"empty_segment", get("/a//b"), 400},
      {"two_slashes", get("//evil.example/"), 400},
      {"slash_last", get("/a/"), 200},
      {"overlong_slash", get("/%c0%af"), 400},
      {"overlong_3", get("/%e0%80%af"), 400},
      {"surrogate", get("/%ed%a0%80"), 400},
      {"above_unicode", get("/%f4%90%80%80"), 400},
      {"cut_utf8", get("/%c3"), 400},
      {"utf8", get("/%c3%a9"), 200},
      {"percent_alone", get("/100%"), 400},
      {"percent_bad", get("/%zz"), 400},
      {"quote", get("/\"a\""), 400},
      {"query_quote", get("/?a=\"b\""), 400},
      {"query_brackets", get("/?a[]=b|c"), 200},
      {"query_slashes", get("/?next=/a/../b"), 200},
  };
}

std::vector<Case> chunk_cases() {
  return {
      {"plain", chunked("5\r\nhello\r\n0\r\n\r\n"), 200},
      {"two", chunked("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"), 200},
      {"upper_case_hex", chunked("A\r\n0123456789\r\n0\r\n\r\n"), 200},
      {"leading_zeros", chunked("0005\r\nhello\r\n0\r\n\r\n"), 200},
      {"extension", chunked("5;a=b\r\nhello\r\n0\r\n\r\n"), 400},
      {"extension_long", chunked("5;a=" + std::string(100'000, 'b') + "\r\nhello\r\n0\r\n\r\n"),
       400},
      {"extension_of_last", chunked("5\r\nhello\r\n0;a\r\n\r\n"), 400},
      {"extension_empty", chunked("5;\r\nhello\r\n0\r\n\r\n"), 400},
      {"extension_nul", zero_byte(chunked("5;a@\r\nhello\r\n0\r\n\r\n")), 400},
      {"blank_after_size", chunked("5 \r\nhello\r\n0\r\n\r\n"), 400},
      {"blank_before_size", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400},
      {"tab_after_size", chunked("5\t\r\nhello\r\n0\r\n\r\n"), 400},
      {"lf_after_size", chunked("5\nhello\r\n0\r\n\r\n"), 400},
      {"lf_after_data", chunked("5\r\nhello\n0\r\n\r\n"), 400},
      {"lf_after_last", chunked("5\r\nhello\r\n0\n\r\n"), 400},
      {"lf_at_end", chunked("5\r\nhello\r\n0\r\n\nGET / HTTP/1.1\r\n\r\n"), 400},
      {"cr_after_size", chunked("5\rhello\r\n0\r\n\r\n"), 400},
      {"cr_x_after_size", chunked("5\rXhello\r\n0\r\n\r\n"), 400},
      {"nothing_after_data", chunked("5\r\nhello0\r\n\r\n"), 400},
      {"too_much_data", chunked("5\r\nhello!\r\n0\r\n\r\n"), 400},
      {"hex_prefix", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400},
      {"plus", chunked("+5\r\nhello\r\n0\r\n\r\n"), 400},
      {"minus", chunked("-5\r\nhello\r\n0\r\n\r\n"), 400},
      {"underscore", chunked("0_5\r\nhello\r\n0\r\n\r\n"), 400},
      {"size_empty", chunked("\r\nhello\r\n0\r\n\r\n"), 400},
      {"size_word", chunked("five\r\nhello\r\n0\r\n\r\n"), 400},
      {"size_overflow", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"), 400},
      {"size_too_large", chunked("fffffff\r\n"), 413},
      {"last_with_garbage", chunked("5\r\nhello\r\n0\r\nXX\r\n\r\n"), 400},
      {"last_negative", chunked("5\r\nhello\r\n-0\r\n\r\n"), 400},
      {"trailer", chunked("5\r\nhello\r\n0\r\nX: y\r\n\r\n"), 200},
      {"trailer_length", chunked("5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n"), 400},
      {"trailer_folded", chunked("5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n"), 400},
      {"trailer_control", chunked("5\r\nhello\r\n0\r\nX: \x01\r\n\r\n"), 400},
      {"trailer_bare_lf", chunked("5\r\nhello\r\n0\r\nX: y\nZ: z\r\n\r\n"), 400},
      {"trailer_long", chunked("0\r\nX: " + std::string(40'000, 'y') + "\r\n\r\n"), 431},
  };
}

std::vector<Case> size_cases() {
  const auto fields = [](int count) {
    std::string lines;
    for (int i = 1; i < count; ++i) lines += fmt::format("X{}: y\r\n", i);  // Host is one too
    return with(lines);
  };
  // "GET " + target + " HTTP/1.1" makes 8 KiB.
  const std::size_t target = 8192 - 13;
  // "Host: a", its line end, "X: "; the last line ends do not count.
  const std::size_t value = 16'384 - 9 - 3;
  return {
      {"line_8_KiB", get("/" + std::string(target - 1, 'a')), 200},
      {"line_above", get("/" + std::string(target, 'a')), 414},
      {"line_endless", "GET /" + std::string(9'000, 'a'), 414},
      {"fields_100", fields(100), 200},
      {"fields_101", fields(101), 431},
      {"fields_1000", fields(1000), 431},
      {"block_16_KiB", with("X: " + std::string(value, 'y') + "\r\n"), 200},
      {"block_above", with("X: " + std::string(value + 1, 'y') + "\r\n"), 431},
      {"block_endless", "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'y'), 431},
      {"body_at_limit", post("Content-Length: 1024\r\n", std::string(1024, 'b')), 200},
      {"body_above", post("Content-Length: 1025\r\n", ""), 413},
      {"body_far_above", post("Content-Length: 999999999999999999\r\n", ""), 413},
      {"chunks_above", chunked("400\r\n" + std::string(1024, 'b') + "\r\n1\r\nb\r\n0\r\n\r\n"),
       413},
  };
}

class HttpStrictTest : public testing::HttpTest {
 protected:
  void check(const std::vector<Case>& cases) {
    start();
    for (const auto& [name, bytes, status] : cases) {
      SCOPED_TRACE(name);
      forget();
      testing::RawClient client(server->port());
      // What follows must never be taken for a request of its own after a refusal.
      client.send(bytes);
      client.send(get("/next"));
      const auto reply = client.reply();
      EXPECT_EQ(reply.status, status) << reply.head << reply.body;
      if (status < 300) {
        EXPECT_EQ(client.reply().status, reply.header("connection") == "close" ? 0 : 200);
        continue;
      }
      EXPECT_EQ(reply.header("content-type"), "application/problem+json");
      EXPECT_EQ(reply.header("connection"), "close");
      EXPECT_EQ(reply.header("x-trace-id").size(), 32U);
      EXPECT_TRUE(reply.body.contains(reply.header("x-trace-id"))) << reply.body;
      EXPECT_TRUE(reply.body.contains(fmt::format(R"("status":{})", status))) << reply.body;
      EXPECT_FALSE(reply.body.contains('<')) << reply.body;
      client.finish_sending();
      EXPECT_TRUE(client.closed());
      EXPECT_EQ(client.unread(), "");
      EXPECT_TRUE(seen().empty());
    }
  }
};

TEST_F(HttpStrictTest, host_is_one_plain_name) {
  check(host_cases());
}

TEST_F(HttpStrictTest, framing_is_one_plain_length_or_chunked) {
  check(framing_cases());
}

TEST_F(HttpStrictTest, header_lines_are_plain) {
  check(header_cases());
}

TEST_F(HttpStrictTest, request_lines_are_plain) {
  check(request_line_cases());
}

TEST_F(HttpStrictTest, targets_are_plain_paths) {
  check(target_cases());
}

TEST_F(HttpStrictTest, chunks_are_plain) {
  check(chunk_cases());
}

TEST_F(HttpStrictTest, sizes_have_limits) {
  check(size_cases());
}

// smuggler.py's list: 13 bytes at 10 places around "Transfer-Encoding: chunked".
constexpr std::array<unsigned char, 13> odd_bytes = {0x01, 0x04, 0x08, 0x09, 0x0a, 0x0b, 0x0c,
                                                     0x0d, 0x1f, 0x20, 0x7f, 0xa0, 0xff};
constexpr std::array<std::string_view, 10> placements = {
    "Transfer-Encoding:@chunked",        "Transfer-Encoding@: chunked",
    "@Transfer-Encoding: chunked",       "Transfer-Encoding: chunked@",
    "X: X@Transfer-Encoding: chunked",   "Transfer-Encoding: chunked@X: X",
    "X: X\r@Transfer-Encoding: chunked", "X: X@\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r@X: X", "Transfer-Encoding: chunked@\nX: X",
};

enum class Reading { refused, chunked_header, other_header };

// What a strict reader makes of it.
Reading reading_of(unsigned char byte, std::size_t placement) {
  const bool blank = byte == 0x09 || byte == 0x20;
  if ((placement == 0 || placement == 3) && blank) return Reading::chunked_header;
  // Only the value of X then.
  if (placement == 4 && (blank || byte >= 0x80)) return Reading::other_header;
  // A whole line end.
  if ((placement == 6 || placement == 8) && byte == 0x0a) return Reading::chunked_header;
  if ((placement == 7 || placement == 9) && byte == 0x0d) return Reading::chunked_header;
  return Reading::refused;
}

TEST_F(HttpStrictTest, no_mutation_around_transfer_encoding_smuggles) {
  start();
  int refused = 0;
  for (std::size_t place = 0; place < placements.size(); ++place) {
    for (const unsigned char byte : odd_bytes) {
      std::string line(placements[place]);
      line[line.find('@')] = static_cast<char>(byte);
      SCOPED_TRACE(fmt::format("byte {:02x}, placement {}", byte, place));
      const auto reading = reading_of(byte, place);

      // Alone: chunked, or no body at all, or refused.
      forget();
      EXPECT_EQ(ask(post(line + "\r\n", "0\r\n\r\n")).status,
                reading == Reading::refused ? 400 : 200);
      EXPECT_EQ(seen().size(), reading == Reading::refused ? 0U : 1U);
      refused += reading == Reading::refused ? 1 : 0;

      // With a length, which may only count where the line is plainly another header. The body of
      // one reading is a request of the other.
      forget();
      const std::string inner = "0\r\n\r\n" + get("/smuggled");
      const auto both = fmt::format("Content-Length: {}\r\n{}\r\n", inner.size(), line);
      const bool plain = reading == Reading::other_header;
      EXPECT_EQ(ask(post(both, inner)).status, plain ? 200 : 400);
      ASSERT_EQ(seen().size(), plain ? 1U : 0U);
      if (plain) EXPECT_EQ(seen()[0].body, inner);
    }
  }
  EXPECT_EQ(refused, 130 - 4 - 4 - 2 - 2);
}

// The status of a request that arrives in pieces of `step` bytes; 0: more would have to come.
int status_of(std::string_view bytes, std::size_t step) {
  HeadScanner scanner;
  auto state = HeadScanner::State::more;
  for (std::size_t end = 0; state == HeadScanner::State::more && end < bytes.size();)
    state = scanner.scan(bytes.substr(0, end = std::min(bytes.size(), end + step)));
  if (state == HeadScanner::State::more) return 0;
  if (state == HeadScanner::State::refused) return scanner.refusal().status;
  RequestParser parser;
  if (const auto* why = parser.take_head(bytes.substr(0, scanner.size()))) return why->status;
  if (const auto* why = parser.limit_body(1024)) return why->status;
  for (std::size_t begin = scanner.size(), end = begin; !parser.complete();) {
    if (end == bytes.size()) return 0;
    end = std::min(bytes.size(), end + step);
    std::size_t used = 0;
    if (const auto* why = parser.take_body(bytes.substr(begin, end - begin), used))
      return why->status;
    begin += used;
  }
  return 200;
}

TEST(HttpStrictScan, says_the_same_however_the_bytes_arrive) {
  for (const auto& cases : {host_cases(), framing_cases(), header_cases(), request_line_cases(),
                            target_cases(), chunk_cases(), size_cases()}) {
    for (const auto& [name, bytes, status] : cases) {
      const int whole = status_of(bytes, bytes.size());
      for (const std::size_t step : {1, 2, 3, 7}) EXPECT_EQ(status_of(bytes, step), whole) << name;
    }
  }
}

// Beast's own decoder aborts the process here.
TEST_F(HttpStrictTest, an_empty_last_chunk_may_be_cut_anywhere) {
  start();
  const auto bytes = chunked("0\r\n\r\n");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    testing::RawClient client(server->port());
    client.send(bytes.substr(0, cut));
    // An answer on another connection shows that the first part was read before the second is sent.
    EXPECT_EQ(ask(get("/other")).status, 200);
    client.send(bytes.substr(cut));
    EXPECT_EQ(client.reply().status, 200) << cut;
  }
}

}  // namespace
}  // namespace lyceum::host
