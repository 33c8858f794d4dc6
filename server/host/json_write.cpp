#include <charconv>
#include <cmath>
#include <google/protobuf/descriptor.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>

#include "base/crypto.h"
#include "host/json.h"

namespace lyceum::host {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Buffer = rapidjson::StringBuffer;
using Writer = rapidjson::Writer<Buffer>;

constexpr std::size_t buffer_kept = 256 * 1024;

void write_message(Writer& out, const Message& message);

// What is no UTF-8 would make the whole answer unreadable: such bytes become U+FFFD.
std::string repaired(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    const auto first = static_cast<unsigned char>(text[i]);
    if (first >= 0xF0)
      length = 4;
    else if (first >= 0xE0)
      length = 3;
    else if (first >= 0xC0)
      length = 2;
    const auto piece = text.substr(i, length);
    const bool good = piece.size() == length && simdjson::validate_utf8(piece.data(), length);
    out += good ? piece : "\xEF\xBF\xBD";
    i += good ? length : 1;
  }
  return out;
}

void write_text(Writer& out, std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) {
    out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  } else {
    const auto good = repaired(text);
    out.String(good.data(), static_cast<rapidjson::SizeType>(good.size()));
  }
}

void write_string(Writer& out, const FieldDescriptor* field, const std::string& value) {
  if (field->type() == FieldDescriptor::TYPE_BYTES)
    write_text(out, base64(value));
  else
    write_text(out, value);
}

void write_int64(Writer& out, const FieldDescriptor* field, std::int64_t value) {
  if (!is_id(*field)) {
    out.Int64(value);
    return;
  }
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  out.String(digits, static_cast<rapidjson::SizeType>(end - digits));
}

void write_double(Writer& out, double value) {
  if (std::isfinite(value))
    out.Double(value);
  else
    out.Null();  // JSON has no such number
}

void write_single(Writer& out,
                  const Message& message,
                  const Reflection& reflection,
                  const FieldDescriptor* field) {
  std::string scratch;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      out.Int(reflection.GetInt32(message, field));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      write_int64(out, field, reflection.GetInt64(message, field));
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      out.Uint(reflection.GetUInt32(message, field));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      out.Uint64(reflection.GetUInt64(message, field));
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      write_double(out, reflection.GetDouble(message, field));
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      write_double(out, static_cast<double>(reflection.GetFloat(message, field)));
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      out.Bool(reflection.GetBool(message, field));
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      write_text(out, reflection.GetEnum(message, field)->name());
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      write_string(out, field, reflection.GetStringReference(message, field, &scratch));
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      write_message(out, reflection.GetMessage(message, field));
      break;
  }
}

void write_element(Writer& out,
                   const Message& message,
                   const Reflection& reflection,
                   const FieldDescriptor* field,
                   int i) {
  std::string scratch;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      out.Int(reflection.GetRepeatedInt32(message, field, i));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      write_int64(out, field, reflection.GetRepeatedInt64(message, field, i));
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      out.Uint(reflection.GetRepeatedUInt32(message, field, i));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      out.Uint64(reflection.GetRepeatedUInt64(message, field, i));
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      write_double(out, reflection.GetRepeatedDouble(message, field, i));
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      write_double(out, static_cast<double>(reflection.GetRepeatedFloat(message, field, i)));
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      out.Bool(reflection.GetRepeatedBool(message, field, i));
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      write_text(out, reflection.GetRepeatedEnum(message, field, i)->name());
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      write_string(out, field, reflection.GetRepeatedStringReference(message, field, i, &scratch));
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      write_message(out, reflection.GetRepeatedMessage(message, field, i));
      break;
  }
}

void write_list(Writer& out,
                const Message& message,
                const Reflection& reflection,
                const FieldDescriptor* field) {
  const int size = reflection.FieldSize(message, field);
  out.StartArray();
  for (int i = 0; i < size; ++i) write_element(out, message, reflection, field, i);
  out.EndArray();
}

// Keys are strings in every map of the contract.
void write_map(Writer& out,
               const Message& message,
               const Reflection& reflection,
               const FieldDescriptor* field) {
  const auto* key = field->message_type()->map_key();
  const auto* value = field->message_type()->map_value();
  out.StartObject();
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    const auto& entry = reflection.GetRepeatedMessage(message, field, i);
    const auto& of_entry = *entry.GetReflection();
    write_text(out, of_entry.GetString(entry, key));
    write_single(out, entry, of_entry, value);
  }
  out.EndObject();
}

void write_message(Writer& out, const Message& message) {
  const auto& type = *message.GetDescriptor();
  const auto& reflection = *message.GetReflection();
  out.StartObject();
  for (int i = 0; i < type.field_count(); ++i) {
    const auto* field = type.field(i);
    if (field->has_presence() && !reflection.HasField(message, field)) continue;
    out.Key(field->name().data(), static_cast<rapidjson::SizeType>(field->name().size()));
    if (field->is_map())
      write_map(out, message, reflection, field);
    else if (field->is_repeated())
      write_list(out, message, reflection, field);
    else
      write_single(out, message, reflection, field);
  }
  out.EndObject();
}

// Runs `write` on a buffer that the thread keeps, unless it has grown large.
template <class F>
std::string buffered(F write) {
  static thread_local Buffer buffer;
  buffer.Clear();
  Writer out(buffer);
  write(out);
  std::string json(buffer.GetString(), buffer.GetSize());
  if (json.size() > buffer_kept) buffer = Buffer();
  return json;
}

}  // namespace

std::string to_json(const Message& message) {
  return buffered([&](Writer& out) { write_message(out, message); });
}

std::string json_string(std::string_view text) {
  return buffered([&](Writer& out) { write_text(out, text); });
}

bool is_id(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_INT64) return false;
  const std::string_view name = field.name();
  return name == "id" || name.ends_with("_id") || name.ends_with("_ids") || name == "before" ||
         name == "after" || name == "around";
}

}  // namespace lyceum::host
