#include "host/config.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

namespace lyceum::host {
namespace {

std::string environment_name(std::string_view section, std::string_view name) {
  std::string out = fmt::format("LYCEUM_{}_{}", section, name);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

template <class T>
Result<void> parse_number(std::string_view text, T& out, std::string_view kind) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return fail(Code::invalid_argument, "bad_setting", fmt::format("\"{}\" is not {}", text, kind));
  out = value;
  return {};
}

// Printed so that YAML reads back the same text.
std::string yaml(const Setting& setting) {
  if (setting.secret) return "\"\"  # secret, not shown";
  YAML::Emitter out;
  out << setting.get();
  return setting.get().empty() ? "\"\"" : out.c_str();
}

}  // namespace

Result<void> parse_setting(std::string_view text, bool& out) {
  if (text == "true" || text == "1" || text == "yes")
    out = true;
  else if (text == "false" || text == "0" || text == "no")
    out = false;
  else
    return fail(Code::invalid_argument, "bad_setting",
                fmt::format("\"{}\" is not true or false", text));
  return {};
}

Result<void> parse_setting(std::string_view text, int& out) {
  return parse_number(text, out, "a whole number");
}

Result<void> parse_setting(std::string_view text, std::int64_t& out) {
  return parse_number(text, out, "a whole number");
}

Result<void> parse_setting(std::string_view text, double& out) {
  return parse_number(text, out, "a number");
}

Result<void> parse_setting(std::string_view text, std::string& out) {
  out = std::string(text);
  return {};
}

Result<void> parse_setting(std::string_view text, std::vector<std::string>& out) {
  out.clear();
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (comma != 0) out.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return {};
}

std::string print_setting(bool value) {
  return value ? "true" : "false";
}

std::string print_setting(int value) {
  return fmt::to_string(value);
}

std::string print_setting(std::int64_t value) {
  return fmt::to_string(value);
}

std::string print_setting(double value) {
  return fmt::to_string(value);
}

std::string print_setting(const std::string& value) {
  return value;
}

std::string print_setting(const std::vector<std::string>& value) {
  return fmt::format("{}", fmt::join(value, ","));
}

Setting* Configuration::find(std::string_view section, std::string_view name) {
  for (auto& s : sections_) {
    if (s.name != section) continue;
    const auto found = std::ranges::find(s.settings, name, &Setting::name);
    if (found != s.settings.end()) return &*found;
  }
  return nullptr;
}

Result<void> Configuration::set(std::string_view key,
                                std::string_view value,
                                std::string_view origin) {
  const auto dot = key.find('.');
  std::string section = "server";
  std::string name(key);
  if (dot != std::string_view::npos) {
    section = std::string(key.substr(0, dot));
    name = std::string(key.substr(dot + 1));
  }
  std::ranges::replace(name, '-', '_');
  Setting* setting = find(section, name);
  if (!setting)
    return fail(Code::invalid_argument, "unknown_setting",
                fmt::format("{}: there is no setting \"{}\"; see: lyceum config", origin, key));
  if (auto done = setting->set(value); !done)
    return fail(Code::invalid_argument, "bad_setting",
                fmt::format("{}: {}: {}", origin, key, done.error().message));
  return {};
}

Result<void> Configuration::load_file(const std::string& path) {
  try {
    const YAML::Node file = YAML::LoadFile(path);
    if (file.IsNull()) return {};
    if (!file.IsMap())
      return fail(Code::invalid_argument, "bad_file", path + ": not a map of sections");
    for (const auto& section : file) {
      const auto name = section.first.as<std::string>();
      if (section.second.IsNull()) continue;
      if (!section.second.IsMap())
        return fail(Code::invalid_argument, "bad_file",
                    fmt::format("{}: {} is not a map of settings", path, name));
      for (const auto& entry : section.second) {
        std::vector<std::string> items;
        if (entry.second.IsSequence())
          items = entry.second.as<std::vector<std::string>>();
        else
          items = {entry.second.IsNull() ? std::string() : entry.second.as<std::string>()};
        TRY_VOID(set(name + "." + entry.first.as<std::string>(),
                     fmt::format("{}", fmt::join(items, ",")), path));
      }
    }
  } catch (const YAML::Exception& bad) {
    return fail(Code::invalid_argument, "bad_file", fmt::format("{}: {}", path, bad.what()));
  }
  return {};
}

Result<void> Configuration::load_environment(const char* const* environment) {
  for (; *environment; ++environment) {
    const std::string_view entry = *environment;
    const auto equals = entry.find('=');
    if (!entry.starts_with("LYCEUM_") || equals == std::string_view::npos) continue;
    const std::string_view variable = entry.substr(0, equals);
    for (auto& section : sections_) {
      if (!variable.starts_with(environment_name(section.name, ""))) continue;
      const auto found = std::ranges::find_if(section.settings, [&](const Setting& s) {
        return environment_name(section.name, s.name) == variable;
      });
      if (found == section.settings.end())
        return fail(
            Code::invalid_argument, "unknown_setting",
            fmt::format("environment: there is no setting {}; see: lyceum config", variable));
      TRY_VOID(
          set(section.name + "." + found->name, entry.substr(equals + 1), std::string(variable)));
    }
  }
  return {};
}

std::string Configuration::get(std::string_view key) const {
  const auto dot = key.find('.');
  for (const auto& section : sections_)
    for (const auto& setting : section.settings)
      if (section.name == key.substr(0, dot) && setting.name == key.substr(dot + 1))
        return setting.get();
  return {};
}

std::string Configuration::print() const {
  std::string out;
  for (const auto& section : sections_) {
    if (section.settings.empty()) continue;
    out += fmt::format("{}{}:\n", out.empty() ? "" : "\n", section.name);
    for (const auto& s : section.settings) {
      out += fmt::format("  # {}\n  # default: {} · environment: {}\n  {}: {}\n", s.help,
                         s.initial.empty() ? "none" : s.initial,
                         environment_name(section.name, s.name), s.name, yaml(s));
    }
  }
  return out;
}

}  // namespace lyceum::host
