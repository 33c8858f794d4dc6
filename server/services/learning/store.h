#pragma once
// Every SQL statement of the service, in store_*.cpp by noun. Rows that are not the contract's own
// messages are the small structs below.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/db.h"
#include "contract/learning.pb.h"
#include "contract/learning_internal.pb.h"

namespace lyceum::learning {

namespace api = lyceum::learning::v1;

struct ModuleRow {
  std::int64_t id = 0;
  std::int64_t parent_id = 0;  // 0: a top module, a course
  std::int64_t top_id = 0;
  std::string path;
  std::string key;
  std::int64_t position = 0;
  std::string title;
  std::string summary;
  std::string description;
  std::string difficulty;
  std::vector<std::string> tags;
  std::int64_t archived_at = 0;  // 0: it is there
};

struct ContentRow {
  std::int64_t id = 0;
  std::int64_t module_id = 0;
  std::int64_t top_id = 0;
  std::string path;
  std::string key;
  std::int64_t position = 0;
  std::int64_t version = 0;
  std::string title;
  std::string summary;
  std::string kind;
  std::string difficulty;
  std::int64_t minutes = 0;
  std::int64_t points = 0;
  std::vector<std::string> languages;
  std::int64_t archived_at = 0;
};

// Where a component stands: its content's current version may not have it any more.
struct ComponentRow {
  std::int64_t id = 0;
  std::int64_t content_id = 0;
  std::int64_t version = 0;  // the content's current one
  bool archived = false;     // the content was removed
};

struct ProgressRow {
  std::int64_t content_id = 0;
  std::int64_t worked_at = 0;
  bool passed = false;
  std::int64_t points = 0;
};

struct DraftRow {
  std::string language;
  std::int64_t version = 0;
  std::string answer;  // internal.Answer
  std::int64_t saved_at = 0;
};

struct SubmissionRow {
  std::int64_t id = 0;
  std::int64_t user_id = 0;
  std::int64_t component_id = 0;
  std::int64_t content_id = 0;
  std::int64_t version = 0;
  std::string language;
  std::string answer;  // internal.Answer
  std::int64_t validator_count = 0;
  std::string trace_id;
  std::string span_id;
  std::int64_t created_at = 0;
  std::string status;
  std::int64_t run = 0;
  std::int64_t tries = 0;
  std::int64_t failures = 0;
  std::int64_t next_at = 0;
  double score = 0;
  std::int64_t points = 0;
  std::string compile;         // runner.v1.CompileResult; empty: none yet
  std::string groups;          // internal.GroupScores; empty: none
  std::int64_t judged_at = 0;  // 0: not yet

  bool judged() const { return judged_at != 0; }
};

struct ResultRow {
  std::int64_t position = 0;
  std::string result;  // v1.ValidatorResult
};

namespace store {

// The catalogue.
Result<std::int64_t> revision(Tx& tx);
Result<void> raise_revision(Tx& tx);
Result<std::int64_t> sample_content(Tx& tx);  // 0: none
Result<void> set_sample_content(Tx& tx, std::int64_t content_id);
Result<std::vector<ModuleRow>> modules(Tx& tx);    // archived ones too
Result<std::vector<ContentRow>> contents(Tx& tx);  // archived ones too
Result<ComponentRow> component(Tx& tx, std::int64_t component_id);
Result<std::string> version_tree(Tx& tx, std::int64_t content_id, std::int64_t number);

// What an import writes.
struct KeyedId {
  std::int64_t id = 0;
  std::int64_t parent_id = 0;
  std::string key;
};

Result<void> save_module(Tx& tx, const ModuleRow& module);
Result<void> save_content(Tx& tx, const ContentRow& content);
Result<std::string> version_sha(Tx& tx, std::int64_t content_id, std::int64_t number);
Result<void> insert_version(Tx& tx,
                            std::int64_t content_id,
                            std::int64_t number,
                            std::string_view sha256,
                            std::string_view tree,
                            std::int64_t now_ms);
Result<std::vector<KeyedId>> components_of(Tx& tx, std::int64_t content_id);
Result<std::vector<KeyedId>> validators_of(Tx& tx, std::int64_t content_id);
Result<void> insert_component(Tx& tx, const KeyedId& component);
Result<void> insert_validator(Tx& tx, const KeyedId& validator);

// What a person has done.
Result<std::vector<ProgressRow>> progress(Tx& tx, std::int64_t user_id);
Result<std::optional<ProgressRow>> progress_of(Tx& tx,
                                               std::int64_t user_id,
                                               std::int64_t content_id);
Result<std::vector<ProgressRow>> recent(Tx& tx, std::int64_t user_id, int limit);
Result<void> touch(Tx& tx, std::int64_t user_id, std::int64_t content_id, std::int64_t now_ms);
// Whether it was not passed before.
Result<bool> pass_content(Tx& tx,
                          std::int64_t user_id,
                          std::int64_t content_id,
                          std::int64_t now_ms);
Result<std::vector<std::int64_t>> passed_components(Tx& tx,
                                                    std::int64_t user_id,
                                                    std::int64_t content_id);
// Those with a draft or a submission.
Result<std::vector<std::int64_t>> begun_components(Tx& tx,
                                                   std::int64_t user_id,
                                                   std::int64_t content_id);
// Whether it was not passed before; then its points are added to the content's.
Result<bool> pass_component(Tx& tx,
                            const SubmissionRow& submission,
                            std::int64_t points,
                            std::int64_t now_ms);

Result<std::optional<DraftRow>> draft(Tx& tx,
                                      std::int64_t user_id,
                                      std::int64_t component_id,
                                      std::string_view language);
Result<std::optional<DraftRow>> last_draft(Tx& tx, std::int64_t user_id, std::int64_t component_id);
// Compare and set: whether `base_version` (0: none) was the one that is there.
Result<bool> save_draft(Tx& tx,
                        std::int64_t user_id,
                        std::int64_t component_id,
                        std::int64_t base_version,
                        const DraftRow& draft);

// Submissions.
Result<void> insert_submission(Tx& tx, const SubmissionRow& submission);
Result<std::int64_t> unfinished_of(Tx& tx, std::int64_t user_id);
Result<SubmissionRow> submission(Tx& tx, std::int64_t id);
Result<std::vector<SubmissionRow>> submissions_before(Tx& tx,
                                                      std::int64_t user_id,
                                                      std::int64_t component_id,
                                                      bool passed,
                                                      std::int64_t before_id,
                                                      int limit);
Result<std::vector<ResultRow>> results(Tx& tx, std::int64_t submission_id, std::int64_t run);

// The judge's queue. Those that are due: new ones, ones to try again, ones whose judge died.
Result<std::optional<std::int64_t>> due_submission(Tx& tx, std::int64_t now_ms);
// Begins the next run of a submission that is still due, dropping what an interrupted run left.
Result<bool> claim(Tx& tx, std::int64_t id, std::int64_t now_ms, std::int64_t lease_until);
// Of `submission.run`, for as long as nobody has begun another: false when somebody has.
Result<bool> extend(Tx& tx, const SubmissionRow& submission, std::int64_t lease_until);
Result<bool> save_verdict(Tx& tx, const SubmissionRow& submission);
Result<bool> put_back(Tx& tx, const SubmissionRow& submission);
Result<void> save_compile(Tx& tx, const SubmissionRow& submission);
Result<void> insert_result(Tx& tx, const SubmissionRow& submission, const ResultRow& result);
// At the start of the only process that judges: what was being judged is due at once.
Result<std::int64_t> take_back_interrupted(Tx& tx);

}  // namespace store
}  // namespace lyceum::learning
