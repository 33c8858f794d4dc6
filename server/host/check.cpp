#include "host/check.h"

#include <algorithm>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <ranges>
#include <string_view>

#include "contract/options.pb.h"
#include "host/field_path.h"

namespace lyceum::host {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::int64_t default_text_max = 65'536;  // characters
constexpr std::int64_t default_list_max = 1'000;   // elements

std::int64_t code_points(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

Result<void> within(std::int64_t count,
                    std::int64_t min,
                    std::int64_t max,
                    const char* few,
                    const char* many,
                    std::string_view unit) {
  if (count < min)
    return bad_field("", few, fmt::format("must have at least {} {}, has {}", min, unit, count));
  if (max != 0 && count > max)
    return bad_field("", many, fmt::format("may have at most {} {}, has {}", max, unit, count));
  return {};
}

Result<void> one_of(std::string_view value, std::string_view words) {
  for (const auto word : std::views::split(words, ','))
    if (std::string_view(word.begin(), word.end()) == value) return {};
  return bad_field("", "not_one_of", fmt::format("must be one of {}", words));
}

// `given`: the value is there although it may be empty, so limits hold for the empty one, too.
Result<void> check_text(const Check& limits, std::string_view text, bool bytes, bool given) {
  if (text.empty() && !given) return {};
  if (!limits.one_of().empty()) return one_of(text, limits.one_of());
  if (bytes)
    return within(std::ssize(text), limits.min(), limits.max(), "too_short", "too_long", "bytes");
  const auto max = limits.max() ? limits.max() : default_text_max;
  if (limits.min() == 0 && std::ssize(text) <= max)
    return {};  // cannot be too long: no need to count
  return within(code_points(text), limits.min(), max, "too_short", "too_long", "characters");
}

// Where there is a greatest value but no least one, that is 0: nobody wants a page of -1.
template <class T>
Result<void> check_number(const Check& limits, T value, bool given) {
  if (value == 0 && !given) return {};
  if ((limits.min() != 0 || limits.max() != 0) && value < static_cast<T>(limits.min()))
    return bad_field("", "too_small", fmt::format("must be at least {}", limits.min()));
  if (limits.max() != 0 && value > static_cast<T>(limits.max()))
    return bad_field("", "too_large", fmt::format("may be at most {}", limits.max()));
  return {};
}

bool is_empty(const Message& message, const Reflection& reflection, const FieldDescriptor* field) {
  if (field->is_repeated()) return reflection.FieldSize(message, field) == 0;
  if (!reflection.HasField(message, field)) return true;  // also what has its default value
  std::string scratch;
  return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
         reflection.GetStringReference(message, field, &scratch).empty();
}

Result<void> check_single(const Message& message,
                          const Reflection& reflection,
                          const FieldDescriptor* field,
                          const Check& limits) {
  const bool given = field->has_presence();
  if (given && !reflection.HasField(message, field)) return {};
  std::string scratch;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return check_text(limits, reflection.GetStringReference(message, field, &scratch),
                        field->type() == FieldDescriptor::TYPE_BYTES, given);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return check(reflection.GetMessage(message, field));
    case FieldDescriptor::CPPTYPE_INT32:
      return check_number<std::int64_t>(limits, reflection.GetInt32(message, field), given);
    case FieldDescriptor::CPPTYPE_INT64:
      return check_number(limits, reflection.GetInt64(message, field), given);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return check_number(limits, reflection.GetDouble(message, field), given);
    default:
      return {};
  }
}

// The limits of a repeated field are of the list; of its elements only the words are given.
Result<void> check_element(const Message& message,
                           const Reflection& reflection,
                           const FieldDescriptor* field,
                           const Check& limits,
                           int index) {
  std::string scratch;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
    return check(reflection.GetRepeatedMessage(message, field, index));
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return {};
  Check of_element;
  of_element.set_one_of(limits.one_of());
  return check_text(of_element,
                    reflection.GetRepeatedStringReference(message, field, index, &scratch),
                    field->type() == FieldDescriptor::TYPE_BYTES, true);
}

Result<void> check_list(const Message& message,
                        const Reflection& reflection,
                        const FieldDescriptor* field,
                        const Check& limits) {
  const int size = reflection.FieldSize(message, field);
  TRY_VOID(within(size, limits.min(), limits.max() ? limits.max() : default_list_max, "too_few",
                  "too_many", "elements"));
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE &&
      field->cpp_type() != FieldDescriptor::CPPTYPE_STRING)
    return {};
  for (int i = 0; i < size; ++i)
    if (auto good = check_element(message, reflection, field, limits, i); !good)
      return fail(below(fmt::format("[{}]", i), std::move(good).error()));
  return {};
}

Result<void> check_field(const Message& message,
                         const Reflection& reflection,
                         const FieldDescriptor* field) {
  const auto& limits = field->options().GetExtension(lyceum::check);
  if (limits.required() && is_empty(message, reflection, field))
    return bad_field("", "required", "is required");
  return field->is_repeated() ? check_list(message, reflection, field, limits)
                              : check_single(message, reflection, field, limits);
}

}  // namespace

Result<void> check(const Message& message) {
  const auto& type = *message.GetDescriptor();
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < type.field_count(); ++i)
    if (auto good = check_field(message, reflection, type.field(i)); !good)
      return fail(below(type.field(i)->name(), std::move(good).error()));
  return {};
}

}  // namespace lyceum::host
