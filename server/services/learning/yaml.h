#pragma once
// YAML as an author writes it, read strictly: bounded, without aliases, unknown and repeated keys
// are problems. Nothing is thrown out of here; every problem is noted with its file, line and
// field.

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/learning.pb.h"

namespace YAML {
class Node;
}

namespace lyceum::learning {

// What is wrong with a course. Counts all, keeps the first 50.
class Problems {
 public:
  void add(std::string_view file, int line, std::string_view field, std::string message);

  bool none() const { return count_ == 0; }

  int count() const { return count_; }

  const std::vector<v1::CourseProblem>& first() const { return first_; }

 private:
  int count_ = 0;
  std::vector<v1::CourseProblem> first_;
};

// One mapping of a file. Reading a key takes it; done() complains about those that nobody took. A
// reader that finds a problem notes it and gives a default, so that one pass finds them all.
class Fields {
 public:
  // Nothing if the file is no YAML mapping; that is a problem then.
  static std::optional<Fields> parse(std::string_view file,
                                     std::string_view text,
                                     Problems& problems);

  Fields(const Fields&);
  Fields& operator=(const Fields&) = delete;
  ~Fields();

  bool has(std::string_view key) const;

  std::string text(std::string_view key, int max, bool required = true);
  // Also refuses what is no name of a folder, component or test: [a-z0-9][a-z0-9_-]{0,63}.
  std::string name(std::string_view key);
  std::string one_of(std::string_view key,
                     std::initializer_list<std::string_view> words,
                     bool required = true);
  std::int64_t integer(std::string_view key,
                       std::int64_t min,
                       std::int64_t max,
                       std::int64_t otherwise);
  double number(std::string_view key, double min, double max, double otherwise);
  bool boolean(std::string_view key, bool otherwise);
  std::vector<std::string> texts(std::string_view key, int max_count, int max_length);
  // Each element of a list of mappings in turn, already checked with done().
  void each(std::string_view key, int max_count, const std::function<void(Fields&)>& read);
  // A mapping below this one; `read` is not called when there is none.
  void below(std::string_view key, const std::function<void(Fields&)>& read);

  void problem(std::string_view key,
               std::string message) const;  // at `key`, or at the whole if empty
  void done();
  // Of something whose kind is not known: what belongs to it cannot be known either.
  void skip_rest();

 private:
  struct Place;
  explicit Fields(std::shared_ptr<Place> place);
  const YAML::Node* take(std::string_view key);
  bool scalar(std::string_view key, const YAML::Node& node, std::string_view wanted) const;
  std::string path(std::string_view key) const;

  std::shared_ptr<Place> place_;  // shared: copies are the same mapping
};

bool is_name(std::string_view text);

}  // namespace lyceum::learning
