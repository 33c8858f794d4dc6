#pragma once
// The catalogue as it is kept in memory: modules and contents in their order, without components
// and without what a person has done. One outline belongs to one revision of the database.

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/db.h"
#include "contract/learning.pb.h"
#include "services/learning/store.h"

namespace lyceum::learning {

struct Outline {
  struct Module {
    ModuleRow row;
    std::vector<std::string> languages;  // of everything below
    std::vector<std::int64_t> modules;   // in the author's order
    std::vector<std::int64_t> contents;
    std::string search;  // title, summary and description in small letters
  };

  std::int64_t revision = 0;
  std::int64_t sample_content_id = 0;  // 0: none
  std::unordered_map<std::int64_t, Module> modules;
  std::unordered_map<std::int64_t, ContentRow> contents;
  std::vector<std::int64_t> tops;  // newest first

  const Module* module(std::int64_t id) const;
  const ContentRow* content(std::int64_t id) const;
  // Everything below a module: its own contents, then those of each module in it.
  std::vector<std::int64_t> contents_below(std::int64_t module_id) const;
  // From the top module down to this one.
  std::vector<const Module*> way_to(std::int64_t module_id) const;
};

using OutlinePtr = std::shared_ptr<const Outline>;  // shared: a call may outlive the revision

class Outlines {
 public:
  // The outline of the transaction's revision; read again only after an import.
  Result<OutlinePtr> get(Tx& tx);

 private:
  std::mutex mutex_;
  OutlinePtr current_;
};

// What a person has done, by content.
using Standing = std::unordered_map<std::int64_t, ProgressRow>;

Standing standing_of(std::vector<ProgressRow> rows);

std::string state_of(const Standing& standing, std::int64_t content_id);  // new, begun, passed
v1::ContentSummary show_content(const ContentRow& content, const Standing& standing);
// With counts and points of everything below; with `below`, also the modules and contents
// themselves.
v1::Module show_module(const Outline& outline,
                       const Outline::Module& module,
                       const Standing& standing,
                       bool below);

}  // namespace lyceum::learning
