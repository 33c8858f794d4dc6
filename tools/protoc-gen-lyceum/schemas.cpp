#include "schemas.h"

#include <algorithm>
#include <ranges>

#include "names.h"
#include "options.pb.h"

namespace lyceum::contract {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

const Check& limits_of(const FieldDescriptor& field) {
  return field.options().GetExtension(lyceum::check);
}

std::vector<const FieldDescriptor*> all_fields(const Descriptor& message) {
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < message.field_count(); ++i) fields.push_back(message.field(i));
  return fields;
}

bool is_id(const FieldDescriptor& field) {
  const auto& name = field.name();
  return field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 &&
         (name == "id" || name.ends_with("_id") || name.ends_with("_ids") || name == "before" ||
          name == "after" || name == "around");
}

bool required(const FieldDescriptor& field, Direction direction) {
  if (direction == Direction::request) return limits_of(field).required();
  return !field.has_optional_keyword() && !field.real_containing_oneof();
}

void number(Json& json, const char* key, std::int64_t value) {
  json.Key(key);
  json.Int64(value);
}

void words(Json& json, const std::string& one_of) {
  json.Key("enum");
  json.StartArray();
  for (const auto word : std::views::split(one_of, ','))
    json.String(std::string(word.begin(), word.end()).c_str());
  json.EndArray();
}

void text(Json& json, const FieldDescriptor& field, Direction direction) {
  constexpr std::int64_t default_max = 65'536;
  const auto& limits = limits_of(field);
  const bool single = !field.is_repeated();  // a list's limits are of the list
  write(json, "type", "string");
  if (!limits.one_of().empty()) return words(json, limits.one_of());
  if (direction == Direction::response) return;
  const std::int64_t least =
      single ? std::max<std::int64_t>(limits.min(), limits.required() ? 1 : 0) : 0;
  if (least > 0) number(json, "minLength", least);
  number(json, "maxLength", single && limits.max() ? limits.max() : default_max);
}

void bytes(Json& json, const FieldDescriptor& field, Direction direction) {
  write(json, "type", "string");
  write(json, "contentEncoding", "base64");
  const auto max = limits_of(field).max();
  if (direction == Direction::request && max && !field.is_repeated())
    number(json, "maxLength", (max + 2) / 3 * 4);
}

void id(Json& json) {
  write(json, "type", "string");
  write(json, "pattern", "^(0|[1-9][0-9]{0,18})$");
}

void integer(Json& json,
             const FieldDescriptor& field,
             Direction direction,
             const char* type,
             const char* format) {
  write(json, "type", type);
  write(json, "format", format);
  const auto& limits = limits_of(field);
  if (direction == Direction::response || field.is_repeated()) return;
  if (limits.min() || limits.max()) number(json, "minimum", limits.min());
  if (limits.max()) number(json, "maximum", limits.max());
}

void enumeration(Json& json, const google::protobuf::EnumDescriptor& type) {
  write(json, "type", "string");
  json.Key("enum");
  json.StartArray();
  for (int i = 0; i < type.value_count(); ++i) json.String(type.value(i)->name().c_str());
  json.EndArray();
}

}  // namespace

void write(Json& json, const char* key, const std::string& value) {
  json.Key(key);
  json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void Schemas::refer(Json& json, const Descriptor& message, Direction direction) {
  const bool request = direction == Direction::request;
  want(json, message.name() + (request ? "Input" : ""),
       {&message, request ? Kind::request : Kind::response, all_fields(message)});
}

void Schemas::refer_body(Json& json,
                         const Descriptor& message,
                         std::vector<const FieldDescriptor*> fields) {
  want(json, message.name(), {&message, Kind::request, std::move(fields)});
}

void Schemas::refer_events(Json& json, const Descriptor& message) {
  want(json, message.name(), {&message, Kind::events, {}});
}

void Schemas::want(Json& json, const std::string& name, Wanted wanted) {
  const auto& there = wanted_.try_emplace(name, wanted).first->second;
  if (there.message != wanted.message)
    error_ = there.message->full_name() + " and " + wanted.message->full_name() +
             " have one name for REST's clients: rename one";
  else if (there.kind != wanted.kind || there.fields != wanted.fields)
    error_ = wanted.message->full_name() +
             " is used with different fields: give each rpc its own request";
  json.StartObject();
  write(json, "$ref", "#/components/schemas/" + name);
  json.EndObject();
}

void Schemas::field(Json& json, const FieldDescriptor& field, Direction direction) {
  const auto about = comment(field);
  const bool plain_reference = field.message_type() && !field.is_repeated() && about.empty();
  if (plain_reference) return refer(json, *field.message_type(), direction);
  json.StartObject();
  if (field.is_repeated()) {
    list_or_map(json, field, direction);
  } else if (field.message_type()) {
    json.Key("allOf");
    json.StartArray();
    refer(json, *field.message_type(), direction);
    json.EndArray();
  } else {
    value(json, field, direction);
  }
  if (!about.empty()) write(json, "description", about);
  json.EndObject();
}

void Schemas::list_or_map(Json& json, const FieldDescriptor& field, Direction direction) {
  constexpr std::int64_t default_max = 1'000;
  const auto& limits = limits_of(field);
  const auto& items = field.is_map() ? *field.message_type()->map_value() : field;
  write(json, "type", field.is_map() ? "object" : "array");
  if (direction == Direction::request) {
    const auto least = std::max<std::int64_t>(limits.min(), limits.required() ? 1 : 0);
    if (least > 0) number(json, field.is_map() ? "minProperties" : "minItems", least);
    number(json, field.is_map() ? "maxProperties" : "maxItems",
           limits.max() ? limits.max() : default_max);
  }
  json.Key(field.is_map() ? "additionalProperties" : "items");
  if (items.message_type()) return refer(json, *items.message_type(), direction);
  json.StartObject();
  value(json, items, direction);
  json.EndObject();
}

// The members of a schema for one value that is no message.
void Schemas::value(Json& json, const FieldDescriptor& field, Direction direction) {
  if (is_id(field)) return id(json);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return write(json, "type", "boolean");
    case FieldDescriptor::CPPTYPE_INT32:
      return integer(json, field, direction, "integer", "int32");
    case FieldDescriptor::CPPTYPE_INT64:
      return integer(json, field, direction, "integer", "int64");
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return integer(json, field, direction, "number", "double");
    case FieldDescriptor::CPPTYPE_ENUM:
      return enumeration(json, *field.enum_type());
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? bytes(json, field, direction)
                                                         : text(json, field, direction);
    default:
      error_ = field.full_name() + ": use int32, int64, double, bool, string, bytes or an enum";
  }
}

void Schemas::object(Json& json, const Wanted& wanted) {
  const auto direction = wanted.kind == Kind::request ? Direction::request : Direction::response;
  json.StartObject();
  write(json, "type", "object");
  if (const auto about = comment(*wanted.message); !about.empty())
    write(json, "description", about);
  json.Key("properties");
  json.StartObject();
  for (const auto* one : wanted.fields) {
    json.Key(one->name().c_str());
    field(json, *one, direction);
  }
  json.EndObject();
  std::vector<std::string> needed;
  for (const auto* one : wanted.fields)
    if (required(*one, direction)) needed.push_back(one->name());
  if (!needed.empty()) {
    json.Key("required");
    json.StartArray();
    for (const auto& name : needed) json.String(name.c_str());
    json.EndArray();
  }
  // What a request has and the contract has not is an error; answers may grow.
  if (wanted.kind == Kind::request) {
    json.Key("additionalProperties");
    json.Bool(false);
  }
  json.EndObject();
}

void Schemas::events(Json& json, const Descriptor& message) {
  const auto event = [&](const std::string& name, auto data) {
    json.StartObject();
    write(json, "type", "object");
    json.Key("properties");
    json.StartObject();
    json.Key("event");
    json.StartObject();
    write(json, "const", name);
    json.EndObject();
    json.Key("data");
    data();
    json.EndObject();
    json.Key("required");
    json.StartArray();
    json.String("event");
    json.String("data");
    json.EndArray();
    json.EndObject();
  };
  json.StartObject();
  write(json, "description", "One event of the stream: its name, and the JSON of its data.");
  json.Key("oneOf");
  json.StartArray();
  for (const auto* kind : all_fields(message)) {
    if (!kind->message_type() || !kind->real_containing_oneof())
      error_ = message.full_name() + ": a stream's message is one oneof of messages";
    else
      event(kind->name(), [&] { refer(json, *kind->message_type(), Direction::response); });
  }
  event("error", [&] {
    json.StartObject();
    write(json, "$ref", "#/components/schemas/Problem");
    json.EndObject();
  });
  json.EndArray();
  json.EndObject();
}

void Schemas::write_all(Json& json) {
  // Writing one may want more, anywhere in the order.
  const auto next = [&] {
    return std::ranges::find_if(wanted_, [](const auto& entry) { return !entry.second.written; });
  };
  for (auto entry = next(); entry != wanted_.end(); entry = next()) {
    entry->second.written = true;
    json.Key(entry->first.c_str());
    if (entry->second.kind == Kind::events)
      events(json, *entry->second.message);
    else
      object(json, entry->second);
  }
}

}  // namespace lyceum::contract
