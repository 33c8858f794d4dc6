#include "host/trace.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

namespace lyceum::host {
namespace {

bool lower_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool zeros(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

std::uint64_t random_word() {
  thread_local std::mt19937_64 generator = [] {
    std::random_device device;
    std::array<std::uint32_t, 16> seed = {};
    std::ranges::generate(seed, std::ref(device));
    std::seed_seq sequence(seed.begin(), seed.end());
    return std::mt19937_64(sequence);
  }();
  std::uint64_t word = 0;
  while (word == 0) word = generator();  // all zeros is not a valid id
  return word;
}

void append_hex(std::string& out, std::uint64_t word) {
  for (int shift = 60; shift >= 0; shift -= 4)
    out.push_back("0123456789abcdef"[(word >> shift) & 15]);
}

}  // namespace

std::optional<Trace> parse_traceparent(std::string_view header) {
  if (header.size() < 55) return std::nullopt;
  const std::string_view version = header.substr(0, 2);
  const std::string_view trace_id = header.substr(3, 32);
  const std::string_view span_id = header.substr(36, 16);
  if (header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  if (!lower_hex(version) || version == "ff" || !lower_hex(header.substr(53, 2)))
    return std::nullopt;
  if (!lower_hex(trace_id) || zeros(trace_id) || !lower_hex(span_id) || zeros(span_id))
    return std::nullopt;
  if (header.size() > 55 && (version == "00" || header[55] != '-')) return std::nullopt;
  return Trace{std::string(trace_id), std::string(span_id)};
}

std::string traceparent(const Trace& trace) {
  return "00-" + trace.trace_id + "-" + trace.span_id + "-01";
}

std::string new_trace_id() {
  std::string id;
  id.reserve(32);
  append_hex(id, random_word());
  append_hex(id, random_word());
  return id;
}

std::string new_span_id() {
  std::string id;
  id.reserve(16);
  append_hex(id, random_word());
  return id;
}

Trace begin_trace(std::string_view parent) {
  if (!parent.empty())
    if (auto from = parse_traceparent(parent)) return {std::move(from->trace_id), new_span_id()};
  return {new_trace_id(), new_span_id()};
}

}  // namespace lyceum::host
