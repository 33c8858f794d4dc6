#pragma once
// Messages of the contract as JSON Schema, by the rules of DESIGN's wire: ids are strings, other
// integers are numbers, every field of an answer is there unless it is optional.

#include <google/protobuf/descriptor.h>
#include <map>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <set>
#include <string>
#include <vector>

namespace lyceum::contract {

using Json = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void write(Json& json, const char* key, const std::string& value);

// One message may have another schema when it is sent than when it is received: what a request may
// leave out is there in every answer.
enum class Direction { request, response };

class Schemas {
 public:
  // {"$ref": "#/components/schemas/NAME"}, and remembers to write that schema. Of a request's body,
  // the fields that are in the path are left out.
  void refer(Json& json, const google::protobuf::Descriptor& message, Direction direction);
  void refer_body(Json& json,
                  const google::protobuf::Descriptor& message,
                  std::vector<const google::protobuf::FieldDescriptor*> fields);
  // The events of a stream: an object {event, data} of each kind.
  void refer_events(Json& json, const google::protobuf::Descriptor& message);

  // A field's own schema, with its comment and limits.
  void field(Json& json, const google::protobuf::FieldDescriptor& field, Direction direction);

  // All that were referred to, as members of an object that is open.
  void write_all(Json& json);

  // Two messages of one name, or one with two bodies; empty if there are none.
  const std::string& error() const { return error_; }

 private:
  enum class Kind { request, response, events };

  struct Wanted {
    const google::protobuf::Descriptor* message;
    Kind kind;
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    bool written = false;
  };

  void want(Json& json, const std::string& name, Wanted wanted);
  void object(Json& json, const Wanted& wanted);
  void events(Json& json, const google::protobuf::Descriptor& message);
  void value(Json& json, const google::protobuf::FieldDescriptor& field, Direction direction);
  void list_or_map(Json& json, const google::protobuf::FieldDescriptor& field, Direction direction);

  std::map<std::string, Wanted> wanted_;
  std::string error_;
};

}  // namespace lyceum::contract
