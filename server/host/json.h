#pragma once
// Messages as JSON and back, by the rules of DESIGN's wire, over protobuf's reflection. protobuf's
// own JSON costs eight times as much and cannot say which field is wrong.

#include <google/protobuf/message.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lyceum::host {

std::string to_json(const google::protobuf::Message& message);

// Sets what the text names in `message`. Takes nothing but what the contract has: reasons
// malformed_json, invalid_utf8, nul_character, too_deep, unknown_field, repeated_field, wrong_type,
// invalid_id, invalid_base64, out_of_range, not_one_of; with the path of the field. Fields of
// `message` that are `hidden` are unknown: they are said elsewhere.
Result<void> from_json(std::string json,
                       google::protobuf::Message& message,
                       const std::vector<const google::protobuf::FieldDescriptor*>& hidden = {});

// One field from the text of a path or a query: "12", "true", "easy".
Result<void> from_text(std::string_view text,
                       google::protobuf::Message& message,
                       const google::protobuf::FieldDescriptor* field);

// Whether JSON shows the field as a string of digits: id, *_id, *_ids, and those of a page: before,
// after, around.
bool is_id(const google::protobuf::FieldDescriptor& field);

// Text as a JSON string, with its quotes.
std::string json_string(std::string_view text);

}  // namespace lyceum::host
