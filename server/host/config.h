#pragma once
// Settings: every module has a section, every setting a line of help. Later wins: default, file
// (YAML), environment (LYCEUM_<SECTION>_<FIELD>), flag (--section.field=value). A key that nobody
// knows is an error.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lyceum::host {

struct Setting {
  std::string name;
  std::string help;
  std::string initial;  // the default, as text
  bool secret = false;  // never printed
  std::function<Result<void>(std::string_view)> set;
  std::function<std::string()> get;
};

struct Section {
  std::string name;
  std::vector<Setting> settings;
};

// "true", "12", "text", "a,b" into a field, or what is wrong with it.
Result<void> parse_setting(std::string_view text, bool& out);
Result<void> parse_setting(std::string_view text, int& out);
Result<void> parse_setting(std::string_view text, std::int64_t& out);
Result<void> parse_setting(std::string_view text, double& out);
Result<void> parse_setting(std::string_view text, std::string& out);
Result<void> parse_setting(std::string_view text, std::vector<std::string>& out);
std::string print_setting(bool value);
std::string print_setting(int value);
std::string print_setting(std::int64_t value);
std::string print_setting(double value);
std::string print_setting(const std::string& value);
std::string print_setting(const std::vector<std::string>& value);

// A setting that lives in `field`, which must outlive the section.
template <class T>
Setting setting(T& field, std::string name, std::string help, bool secret = false) {
  return {std::move(name),
          std::move(help),
          print_setting(field),
          secret,
          [&field](std::string_view text) { return parse_setting(text, field); },
          [&field] { return print_setting(field); }};
}

class Configuration {
 public:
  void add(Section section) { sections_.push_back(std::move(section)); }

  // The file must be a map of sections, each a map of settings.
  Result<void> load_file(const std::string& path);
  // Takes LYCEUM_* of sections that exist; `environment` is environ.
  Result<void> load_environment(const char* const* environment);
  // key is "section.field", or "field" of the section "server" with "-" for "_".
  Result<void> set(std::string_view key, std::string_view value, std::string_view origin);

  // The value of "section.field" as text; empty where there is none.
  std::string get(std::string_view key) const;

  // All of it as YAML with help, default and environment name as comments.
  std::string print() const;

 private:
  Setting* find(std::string_view section, std::string_view name);

  std::vector<Section> sections_;
};

}  // namespace lyceum::host
