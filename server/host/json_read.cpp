#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <limits>
#include <set>
#include <simdjson.h>

#include "base/crypto.h"
#include "base/id.h"
#include "host/field_path.h"
#include "host/json.h"

namespace lyceum::host {
namespace {

namespace ondemand = simdjson::ondemand;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int depth_max = 32;
constexpr std::size_t parser_kept =
    256 * 1024;  // bytes of text for which a thread keeps its parser
constexpr std::int64_t number_max = (std::int64_t{1} << 53) - 1;

using Hidden = std::vector<const FieldDescriptor*>;

Result<void> read_message(ondemand::object object,
                          Message& message,
                          int depth,
                          const Hidden& hidden = {});

std::unexpected<Error> wrong_type(std::string_view wanted) {
  return bad_field("", "wrong_type", fmt::format("must be {}", wanted));
}

std::unexpected<Error> malformed() {
  return bad_field("", "malformed_json", "the text is not JSON");
}

std::unexpected<Error> wrong(simdjson::error_code error) {
  switch (error) {
    case simdjson::NUMBER_OUT_OF_RANGE:
      return bad_field("", "out_of_range", "is too large a number");
    case simdjson::UTF8_ERROR:
      return bad_field("", "invalid_utf8", "the text is not UTF-8");
    case simdjson::DEPTH_ERROR:
      return bad_field("", "too_deep", "is nested too deep");
    default:
      return malformed();
  }
}

// `value` (a value or the document) was asked for what it is not: something else, or no JSON at
// all.
template <class V>
std::unexpected<Error> wrong(V& value, simdjson::error_code error, std::string_view wanted) {
  if (error != simdjson::INCORRECT_TYPE) return wrong(error);
  if (value.type().error()) return malformed();
  return wrong_type(wanted);
}

Result<std::string_view> read_text(ondemand::value& value, std::string_view wanted) {
  std::string_view text;
  if (const auto error = value.get_string().get(text)) return wrong(value, error, wanted);
  if (text.find('\0') != std::string_view::npos)
    return bad_field("", "nul_character", "may not contain the character NUL");
  return text;
}

// Why get_int64() did not take it.
std::unexpected<Error> no_integer(ondemand::value& value) {
  ondemand::json_type type{};
  double number = 0;
  if (value.type().get(type)) return malformed();
  if (type != ondemand::json_type::number) return wrong_type("an integer");
  if (const auto error = value.get_double().get(number)) return wrong(error);
  if (value.raw_json_token().find_first_of(".eE") != std::string_view::npos)
    return wrong_type("an integer");
  return bad_field("", "out_of_range", "is too large a number");
}

// Not get_number(): simdjson 3.0 reads numbers of more than 19 digits as 0 with it.
Result<std::int64_t> read_integer(ondemand::value& value, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  if (value.get_int64().get(number)) return no_integer(value);
  if (number < least || number > most)
    return bad_field("", "out_of_range", fmt::format("must be from {} to {}", least, most));
  return number;
}

Result<std::int64_t> parse_id_text(std::string_view text) {
  if (const auto id = parse_id(text)) return *id;
  return bad_field("", "invalid_id", "must be a string of digits, such as \"1234\"");
}

Result<std::int64_t> read_int64(ondemand::value& value, const FieldDescriptor* field) {
  if (!is_id(*field)) return read_integer(value, -number_max, number_max);
  TRY(const auto text, read_text(value, "a string of digits"));
  return parse_id_text(text);
}

Result<double> read_double(ondemand::value& value) {
  ondemand::json_type type{};
  double number = 0;
  if (value.type().get(type)) return malformed();
  if (type != ondemand::json_type::number) return wrong_type("a number");
  if (const auto error = value.get_double().get(number)) return wrong(error);
  if (!std::isfinite(number)) return bad_field("", "out_of_range", "is too large a number");
  return number;
}

Result<bool> read_bool(ondemand::value& value) {
  bool yes = false;
  if (const auto error = value.get_bool().get(yes)) return wrong(value, error, "true or false");
  return yes;
}

Result<const google::protobuf::EnumValueDescriptor*> find_word(const FieldDescriptor* field,
                                                               std::string_view word) {
  if (const auto* found = field->enum_type()->FindValueByName(std::string(word))) return found;
  std::string words;
  for (int i = 0; i < field->enum_type()->value_count(); ++i)
    words += (i ? ", " : "") + field->enum_type()->value(i)->name();
  return bad_field("", "not_one_of", "must be one of " + words);
}

Result<std::string> read_string(ondemand::value& value, const FieldDescriptor* field) {
  if (field->type() != FieldDescriptor::TYPE_BYTES) {
    TRY(const auto text, read_text(value, "a string"));
    return std::string(text);
  }
  TRY(const auto text, read_text(value, "a string of base64"));
  auto bytes = from_base64(text);
  if (!bytes) return bad_field("", "invalid_base64", "must be base64");
  return *std::move(bytes);
}

Result<ondemand::object> read_object(ondemand::value& value) {
  ondemand::object object;
  if (const auto error = value.get_object().get(object)) return wrong(value, error, "an object");
  return object;
}

constexpr std::int64_t int32_min = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t int32_max = std::numeric_limits<std::int32_t>::max();

// Sets a field, or appends to a list.
class Target {
 public:
  Target(Message& message, const FieldDescriptor* field)
      : message_(message), reflection_(*message.GetReflection()), field_(field) {}

  void set(std::int32_t v) { put(v, &Reflection::SetInt32, &Reflection::AddInt32); }

  void set(std::int64_t v) { put(v, &Reflection::SetInt64, &Reflection::AddInt64); }

  void set(double v) { put(v, &Reflection::SetDouble, &Reflection::AddDouble); }

  void set(bool v) { put(v, &Reflection::SetBool, &Reflection::AddBool); }

  void set(const google::protobuf::EnumValueDescriptor* v) {
    put(v, &Reflection::SetEnum, &Reflection::AddEnum);
  }

  void set(std::string v) { put(std::move(v), &Reflection::SetString, &Reflection::AddString); }

  Message& message() {
    return field_->is_repeated() ? *reflection_.AddMessage(&message_, field_)
                                 : *reflection_.MutableMessage(&message_, field_);
  }

 private:
  template <class T, class Set, class Add>
  void put(T value, Set set, Add add) {
    if (field_->is_repeated())
      (reflection_.*add)(&message_, field_, std::move(value));
    else
      (reflection_.*set)(&message_, field_, std::move(value));
  }

  Message& message_;
  const Reflection& reflection_;
  const FieldDescriptor* field_;
};

Result<void> read_value(ondemand::value value,
                        Message& message,
                        const FieldDescriptor* field,
                        int depth) {
  Target target(message, field);
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      TRY(const auto number, read_integer(value, int32_min, int32_max));
      target.set(static_cast<std::int32_t>(number));
      return {};
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      TRY(const auto number, read_int64(value, field));
      target.set(number);
      return {};
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      TRY(const auto number, read_double(value));
      target.set(number);
      return {};
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      TRY(const auto yes, read_bool(value));
      target.set(yes);
      return {};
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      TRY(const auto word, read_text(value, "a string"));
      TRY(const auto* found, find_word(field, word));
      target.set(found);
      return {};
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      TRY(auto text, read_string(value, field));
      target.set(std::move(text));
      return {};
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      TRY(auto object, read_object(value));
      return read_message(object, target.message(), depth + 1);
    }
    default:
      return fail(Code::internal, "unreadable_type",
                  field->full_name() + " has a type that JSON cannot have");
  }
}

Result<void> read_list(ondemand::value value,
                       Message& message,
                       const FieldDescriptor* field,
                       int depth) {
  ondemand::array array;
  if (const auto error = value.get_array().get(array)) return wrong(value, error, "a list");
  int index = 0;
  for (auto element : array) {
    ondemand::value one;
    if (const auto error = element.get(one)) return wrong(error);
    if (auto read = read_value(one, message, field, depth); !read)
      return fail(below(fmt::format("[{}]", index), std::move(read).error()));
    ++index;
  }
  return {};
}

Result<void> read_map(ondemand::value value,
                      Message& message,
                      const FieldDescriptor* field,
                      int depth) {
  const auto& type = *field->message_type();
  TRY(auto object, read_object(value));
  std::set<std::string> seen;
  for (auto member : object) {
    std::string_view key;
    if (const auto error = member.unescaped_key().get(key)) return wrong(error);
    std::string name(key);
    if (name.find('\0') != std::string::npos)
      return bad_field("", "nul_character", "may not contain the character NUL");
    if (!seen.insert(name).second)
      return fail(below(name, {Code::invalid_argument, "repeated_field", "is there twice", "", 0}));
    auto& entry = *message.GetReflection()->AddMessage(&message, field);
    entry.GetReflection()->SetString(&entry, type.map_key(), name);
    ondemand::value of_member;
    if (const auto error = member.value().get(of_member)) return wrong(error);
    if (auto read = read_value(of_member, entry, type.map_value(), depth); !read)
      return fail(below(name, std::move(read).error()));
  }
  return {};
}

// Clients mostly send fields in the contract's order: the one after the last is tried first.
int find_field(const google::protobuf::Descriptor& type, std::string_view name, int after) {
  const int count = type.field_count();
  for (int i = 1; i <= count; ++i) {
    const int index = (after + i) % count;
    if (type.field(index)->name() == name) return index;
  }
  return -1;
}

Result<void> read_field(ondemand::value value,
                        Message& message,
                        const FieldDescriptor* field,
                        int depth) {
  if (field->has_presence()) {
    bool null = false;
    if (const auto error = value.is_null().get(null)) return wrong(error);
    if (null) return {};
  }
  const auto* group = field->real_containing_oneof();
  if (group && message.GetReflection()->HasOneof(message, group))
    return bad_field("", "repeated_field", "excludes another field that is there");
  if (field->is_map()) return read_map(value, message, field, depth);
  if (field->is_repeated()) return read_list(value, message, field, depth);
  return read_value(value, message, field, depth);
}

// Which fields of one object have been there.
class Seen {
 public:
  bool insert(int index) {
    if (index >= 64) return more_.insert(index).second;
    const auto bit = std::uint64_t{1} << index;
    const bool is_new = !(bits_ & bit);
    bits_ |= bit;
    return is_new;
  }

 private:
  std::uint64_t bits_ = 0;
  std::set<int> more_;
};

std::string shortened(std::string_view name) {
  constexpr std::size_t most = 100;
  if (name.size() <= most) return std::string(name);
  auto end = most;
  while ((static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80) --end;  // no character is cut
  return std::string(name.substr(0, end)) + "…";
}

Result<void> read_message(ondemand::object object,
                          Message& message,
                          int depth,
                          const Hidden& hidden) {
  if (depth > depth_max) return bad_field("", "too_deep", "is nested too deep");
  const auto& type = *message.GetDescriptor();
  Seen seen;
  int index = -1;
  for (auto member : object) {
    std::string_view name;
    if (const auto error = member.unescaped_key().get(name)) return wrong(error);
    const int found = find_field(type, name, index);
    if (found < 0 || std::ranges::find(hidden, type.field(found)) != hidden.end())
      return bad_field(shortened(name), "unknown_field", "there is no such field");
    index = found;
    const auto* field = type.field(index);
    if (!seen.insert(index)) return bad_field(field->name(), "repeated_field", "is there twice");
    ondemand::value value;
    if (const auto error = member.value().get(value)) return wrong(error);
    if (auto read = read_field(value, message, field, depth); !read)
      return fail(below(field->name(), std::move(read).error()));
  }
  return {};
}

Result<void> read_document(ondemand::parser& parser,
                           std::string& json,
                           Message& message,
                           const Hidden& hidden) {
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);  // it reads in whole blocks
  ondemand::document document;
  if (const auto error = parser.iterate(json).get(document)) return wrong(error);
  ondemand::object object;
  if (const auto error = document.get_object().get(object))
    return wrong(document, error, "an object");
  TRY_VOID(read_message(object, message, 1, hidden));
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return bad_field("", "malformed_json", "something follows the JSON");
  return {};
}

}  // namespace

Result<void> from_json(std::string json, Message& message, const Hidden& hidden) {
  if (json.size() > parser_kept) {
    ondemand::parser once;
    return read_document(once, json, message, hidden);
  }
  static thread_local ondemand::parser kept;
  return read_document(kept, json, message, hidden);
}

Result<void> from_text(std::string_view text, Message& message, const FieldDescriptor* field) {
  const auto integer = [&](std::int64_t least, std::int64_t most) -> Result<std::int64_t> {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range || number < least || number > most)
      return bad_field("", "out_of_range", fmt::format("must be from {} to {}", least, most));
    if (error != std::errc{} || end != text.data() + text.size()) return wrong_type("an integer");
    return number;
  };
  Target target(message, field);
  if (is_id(*field)) {
    TRY(const auto id, parse_id_text(text));
    target.set(id);
    return {};
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      TRY(const auto number, integer(int32_min, int32_max));
      target.set(static_cast<std::int32_t>(number));
      return {};
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      TRY(const auto number, integer(-number_max, number_max));
      target.set(number);
      return {};
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text != "true" && text != "false") return wrong_type("true or false");
      target.set(text == "true");
      return {};
    case FieldDescriptor::CPPTYPE_ENUM: {
      TRY(const auto* found, find_word(field, text));
      target.set(found);
      return {};
    }
    case FieldDescriptor::CPPTYPE_STRING:
      if (!simdjson::validate_utf8(text.data(), text.size()))
        return bad_field("", "invalid_utf8", "the text is not UTF-8");
      if (text.find('\0') != std::string_view::npos)
        return bad_field("", "nul_character", "may not contain the character NUL");
      target.set(std::string(text));
      return {};
    default:
      return fail(Code::internal, "unreadable_type",
                  field->full_name() + " cannot be in a path or a query");
  }
}

}  // namespace lyceum::host
