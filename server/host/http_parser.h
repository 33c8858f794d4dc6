#pragma once
// One request from raw bytes: Beast's parser behind the strict scan, straight into HttpRequest.
// What a client may not say (identity and hop-by-hop headers) is left out here. No I/O, so it can
// be fuzzed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

#include "host/http.h"
#include "host/http_chunks.h"
#include "host/http_refusal.h"
#include "host/http_strict.h"

namespace lyceum::host {

class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  RequestParser();

  // The whole head, as HeadScanner found it. nullptr: fine.
  const Refusal* take_head(std::string_view head);

  // Of the body, before its first byte; refuses a Content-Length above it at once.
  const Refusal* limit_body(std::int64_t limit);

  // Some of the body. Says how many bytes are done with: the rest comes again, with more behind it.
  const Refusal* take_body(std::string_view bytes, std::size_t& used);

  // The request is whole.
  bool complete() const { return complete_; }

  HttpRequest& request() { return request_; }

  bool head_only() const { return head_only_; }  // HEAD; the handler sees GET

  bool http10() const { return version_ == 10; }

  bool options_of_server() const { return options_of_server_; }  // "OPTIONS *"

  bool expects_continue() const { return expects_continue_; }

  // Left out of the request; the server believes them when they come from a trusted proxy.
  const std::string& forwarded_for() const { return forwarded_for_; }

  const std::string& traceparent() const { return traceparent_; }

 private:
  using ErrorCode = boost::beast::error_code;
  using View = boost::beast::string_view;
  using Field = boost::beast::http::field;

  void on_request_impl(boost::beast::http::verb verb,
                       View method,
                       View target,
                       int version,
                       ErrorCode& error) override;
  void on_response_impl(int status, View reason, int version, ErrorCode& error) override;
  void on_field_impl(Field field, View name, View value, ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& error) override;
  std::size_t on_body_impl(View body, ErrorCode& error) override;
  void on_chunk_header_impl(std::uint64_t size, View extensions, ErrorCode& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t left, View body, ErrorCode& error) override;
  void on_finish_impl(ErrorCode& error) override;

  const Refusal* framing_field(Field field, std::string_view value);
  void keep_field(std::string_view name, std::string_view value);
  void drop_connection_options();
  const Refusal* finish_head();
  const Refusal* take_trailer(std::string_view bytes, std::size_t& used);
  void refuse(const Refusal& why, ErrorCode& error);

  HttpRequest request_;
  const Refusal* refusal_ = nullptr;
  std::string target_, host_, forwarded_for_, traceparent_;
  std::string connection_;  // values of all Connection headers, with commas
  std::string upgrade_;     // likewise
  ChunkDecoder chunks_;
  HeadScanner trailer_ = HeadScanner::of_trailer();
  std::size_t body_max_ = 0;
  std::size_t length_ = 0;  // what Content-Length says
  int version_ = 11;
  int hosts_ = 0, lengths_ = 0, encodings_ = 0;
  bool head_only_ = false, options_of_server_ = false, expects_continue_ = false;
  bool complete_ = false;
};

}  // namespace lyceum::host
