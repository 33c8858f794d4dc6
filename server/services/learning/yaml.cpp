#include "services/learning/yaml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <google/protobuf/message.h>
#include <map>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"
#include "services/learning/text.h"

namespace lyceum::learning {
namespace {

constexpr std::size_t bytes_max = 1 << 20;
constexpr int nodes_max = 20'000;
constexpr int depth_max = 24;

// Walks the events before a tree is made of them: what is refused here never takes memory.
class Guard final : public YAML::EventHandler {
 public:
  std::string complaint;
  int line = 0;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) refuse(mark, "only one document, please: no second \"---\"");
  }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { node(mark, anchor); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "no aliases, please");
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t anchor,
                const std::string&) override {
    node(mark, anchor);
    // "!" is how the parser marks a quoted text, "?" a plain one.
    if (tag != "!" && tag != "?" && !tag.empty()) refuse(mark, "no tags (\"!…\"), please");
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string&,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    enter(mark, anchor);
  }

  void OnSequenceEnd() override { --depth_; }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string&,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    enter(mark, anchor);
  }

  void OnMapEnd() override { --depth_; }

 private:
  void enter(const YAML::Mark& mark, YAML::anchor_t anchor) {
    node(mark, anchor);
    if (++depth_ > depth_max) refuse(mark, "nested too deeply");
  }

  void node(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) refuse(mark, "no anchors (\"&…\"), please");
    if (++nodes_ > nodes_max) refuse(mark, "too many values");
  }

  // Leaves the parser, which knows no other way to stop.
  [[noreturn]] static void refuse(const YAML::Mark& mark, const char* why) {
    throw YAML::ParserException(mark, why);
  }

  int documents_ = 0;
  int nodes_ = 0;
  int depth_ = 0;
};

void guard(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Guard guard;
  while (parser.HandleNextDocument(guard)) {
  }
}

template <class T>
std::optional<T> parse_number(const std::string& text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

int line_of(const YAML::Node& node) {
  return node.Mark().is_null() ? 0 : node.Mark().line + 1;
}

}  // namespace

void Problems::add(std::string_view file, int line, std::string_view field, std::string message) {
  constexpr std::size_t kept = 50;
  ++count_;
  if (first_.size() >= kept) return;
  auto& problem = first_.emplace_back();
  problem.set_file(std::string(file));
  problem.set_line(line);
  problem.set_field(std::string(field));
  problem.set_message(std::move(message));
}

struct Fields::Place {
  std::string file;
  std::string at;  // "components[1]."
  int line = 0;
  Problems& problems;
  std::map<std::string, YAML::Node, std::less<>> values;
  std::map<std::string, int, std::less<>> lines;  // of the keys
  std::set<std::string, std::less<>> taken;

  Place(std::string f, std::string a, const YAML::Node& node, Problems& p)
      : file(std::move(f)), at(std::move(a)), line(line_of(node)), problems(p) {
    for (const auto& entry : node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      const int key_line = line_of(entry.first);
      if (key.empty() || !text::is_utf8(key))
        problems.add(file, key_line, at, "a key must be a word");
      else if (!values.emplace(key, entry.second).second)
        problems.add(file, key_line, at + key, "is written twice");
      else
        lines.emplace(key, key_line);
    }
  }
};

Fields::Fields(std::shared_ptr<Place> place) : place_(std::move(place)) {}

Fields::Fields(const Fields&) = default;
Fields::~Fields() = default;

std::optional<Fields> Fields::parse(std::string_view file,
                                    std::string_view text,
                                    Problems& problems) {
  if (text.size() > bytes_max) {
    problems.add(file, 0, "", "is longer than 1 MiB");
    return std::nullopt;
  }
  if (!text::is_utf8(text)) {
    problems.add(file, 0, "", "is not UTF-8");
    return std::nullopt;
  }
  // yaml-cpp has no other way to say that a text is no YAML.
  try {
    const std::string copy(text);
    guard(copy);
    const YAML::Node root = YAML::Load(copy);
    if (root.IsMap()) return Fields(std::make_shared<Place>(std::string(file), "", root, problems));
    problems.add(file, 1, "", "must have \"key: value\" lines");
  } catch (const YAML::Exception& broken) {
    problems.add(file, broken.mark.is_null() ? 0 : broken.mark.line + 1, "", broken.msg);
  }
  return std::nullopt;
}

std::string Fields::path(std::string_view key) const {
  std::string path = place_->at + std::string(key);
  if (key.empty() && path.ends_with('.')) path.pop_back();
  return path;
}

void Fields::problem(std::string_view key, std::string message) const {
  const auto line = place_->lines.find(key);
  place_->problems.add(place_->file, line == place_->lines.end() ? place_->line : line->second,
                       path(key), std::move(message));
}

bool Fields::has(std::string_view key) const {
  return place_->values.contains(key);
}

const YAML::Node* Fields::take(std::string_view key) {
  place_->taken.emplace(key);
  const auto found = place_->values.find(key);
  return found == place_->values.end() ? nullptr : &found->second;
}

void Fields::done() {
  for (const auto& [key, value] : place_->values)
    if (!place_->taken.contains(key)) problem(key, "is not a key that belongs here");
}

void Fields::skip_rest() {
  for (const auto& [key, value] : place_->values) place_->taken.insert(key);
}

bool Fields::scalar(std::string_view key, const YAML::Node& node, std::string_view wanted) const {
  if (node.IsScalar()) return true;
  problem(key, fmt::format("must be {}", wanted));
  return false;
}

std::string Fields::text(std::string_view key, int max, bool required) {
  const auto* node = take(key);
  if (!node) {
    if (required) problem(key, "is missing");
    return {};
  }
  if (!scalar(key, *node, "text")) return {};
  std::string text = node->Scalar();
  if (required && text.find_first_not_of(" \t\r\n") == std::string::npos) problem(key, "is empty");
  if (std::ssize(text) > max) {
    problem(key, fmt::format("is longer than {} bytes", max));
    return {};
  }
  // Escapes can write what the file itself could not hold.
  if (!text::is_utf8(text)) {
    problem(key, "is not UTF-8");
    return {};
  }
  return text;
}

std::string Fields::name(std::string_view key) {
  const bool there = has(key);
  std::string name = text(key, 64);
  if (there && !name.empty() && !is_name(name))
    problem(key, "must be small letters, digits, \"-\" and \"_\", 64 at the most");
  return name;
}

std::string Fields::one_of(std::string_view key,
                           std::initializer_list<std::string_view> words,
                           bool required) {
  const bool there = has(key);
  std::string word = text(key, 100, required);
  if (!there || std::ranges::find(words, word) != words.end()) return word;
  std::string all;
  for (const auto choice : words) all += (all.empty() ? "" : ", ") + std::string(choice);
  problem(key, fmt::format("must be one of: {}", all));
  return {};
}

std::int64_t Fields::integer(std::string_view key,
                             std::int64_t min,
                             std::int64_t max,
                             std::int64_t otherwise) {
  const auto* node = take(key);
  if (!node || !scalar(key, *node, "a whole number")) return otherwise;
  const auto number = parse_number<std::int64_t>(node->Scalar());
  if (number && *number >= min && *number <= max) return *number;
  problem(key, fmt::format("must be a whole number from {} to {}", min, max));
  return otherwise;
}

double Fields::number(std::string_view key, double min, double max, double otherwise) {
  const auto* node = take(key);
  if (!node || !scalar(key, *node, "a number")) return otherwise;
  const auto number = parse_number<double>(node->Scalar());
  if (number && std::isfinite(*number) && *number >= min && *number <= max) return *number;
  problem(key, fmt::format("must be a number from {} to {}", min, max));
  return otherwise;
}

bool Fields::boolean(std::string_view key, bool otherwise) {
  const auto* node = take(key);
  if (!node || !scalar(key, *node, "true or false")) return otherwise;
  if (node->Scalar() == "true") return true;
  if (node->Scalar() != "false") problem(key, "must be true or false");
  return false;
}

std::vector<std::string> Fields::texts(std::string_view key, int max_count, int max_length) {
  std::vector<std::string> texts;
  const auto* node = take(key);
  if (!node) return texts;
  if (!node->IsSequence()) {
    problem(key, "must be a list");
    return texts;
  }
  if (std::ssize(*node) > max_count) {
    problem(key, fmt::format("has more than {} entries", max_count));
    return texts;
  }
  for (const auto& entry : *node) {
    const bool good = entry.IsScalar() && !entry.Scalar().empty() &&
                      std::ssize(entry.Scalar()) <= max_length && text::is_utf8(entry.Scalar());
    if (good)
      texts.push_back(entry.Scalar());
    else
      place_->problems.add(place_->file, line_of(entry), path(key),
                           fmt::format("must list texts of 1 to {} bytes", max_length));
  }
  return texts;
}

void Fields::each(std::string_view key, int max_count, const std::function<void(Fields&)>& read) {
  const auto* node = take(key);
  if (!node) return;
  if (!node->IsSequence()) return problem(key, "must be a list");
  if (std::ssize(*node) > max_count)
    return problem(key, fmt::format("has more than {} entries", max_count));
  int index = 0;
  for (const auto& entry : *node) {
    const std::string at = fmt::format("{}[{}]", path(key), index++);
    if (!entry.IsMap()) {
      place_->problems.add(place_->file, line_of(entry), at, "must have \"key: value\" lines");
      continue;
    }
    Fields fields(std::make_shared<Place>(place_->file, at + ".", entry, place_->problems));
    read(fields);
    fields.done();
  }
}

void Fields::below(std::string_view key, const std::function<void(Fields&)>& read) {
  const auto* node = take(key);
  if (!node) return;
  if (!node->IsMap()) return problem(key, "must have \"key: value\" lines");
  Fields fields(std::make_shared<Place>(place_->file, path(key) + ".", *node, place_->problems));
  read(fields);
  fields.done();
}

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 64 && is_letter(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || c == '-' || c == '_'; });
}

}  // namespace lyceum::learning
