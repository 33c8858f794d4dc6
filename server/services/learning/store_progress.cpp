#include "services/learning/store.h"

namespace lyceum::learning::store {
namespace {

ProgressRow read_progress(const Row& row) {
  return {row.integer(0), row.integer(1), !row.is_null(2), row.integer(3)};
}

DraftRow read_draft(const Row& row) {
  return {row.text(0), row.integer(1), row.text(2), row.integer(3)};
}

template <class T>
std::optional<T> first(std::vector<T> rows) {
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace

Result<std::vector<ProgressRow>> progress(Tx& tx, std::int64_t user_id) {
  return tx.all(
      "SELECT content_id, worked_at, passed_at, points FROM learning_progress"
      " WHERE user_id = $1",
      {user_id}, read_progress);
}

Result<std::optional<ProgressRow>> progress_of(Tx& tx,
                                               std::int64_t user_id,
                                               std::int64_t content_id) {
  TRY(auto rows, tx.all("SELECT content_id, worked_at, passed_at, points FROM learning_progress"
                        " WHERE user_id = $1 AND content_id = $2",
                        {user_id, content_id}, read_progress));
  return first(std::move(rows));
}

Result<std::vector<ProgressRow>> recent(Tx& tx, std::int64_t user_id, int limit) {
  return tx.all(
      "SELECT p.content_id, p.worked_at, p.passed_at, p.points FROM learning_progress p"
      " JOIN learning_contents c ON c.id = p.content_id"
      " WHERE p.user_id = $1 AND p.passed_at IS NULL AND c.archived_at IS NULL"
      " ORDER BY p.worked_at DESC, p.content_id DESC LIMIT $2",
      {user_id, limit}, read_progress);
}

Result<void> touch(Tx& tx, std::int64_t user_id, std::int64_t content_id, std::int64_t now_ms) {
  TRY_VOID(
      tx.exec("INSERT INTO learning_progress (user_id, content_id, worked_at, points)"
              " VALUES ($1, $2, $3, 0)"
              " ON CONFLICT (user_id, content_id) DO UPDATE SET worked_at = excluded.worked_at",
              {user_id, content_id, now_ms}));
  return {};
}

Result<bool> pass_content(Tx& tx,
                          std::int64_t user_id,
                          std::int64_t content_id,
                          std::int64_t now_ms) {
  TRY(const auto rows, tx.exec("UPDATE learning_progress SET passed_at = $3"
                               " WHERE user_id = $1 AND content_id = $2 AND passed_at IS NULL",
                               {user_id, content_id, now_ms}));
  return rows == 1;
}

Result<std::vector<std::int64_t>> passed_components(Tx& tx,
                                                    std::int64_t user_id,
                                                    std::int64_t content_id) {
  return tx.all(
      "SELECT p.component_id FROM learning_components c JOIN learning_passes p"
      " ON p.component_id = c.id WHERE c.content_id = $2 AND p.user_id = $1",
      {user_id, content_id}, [](const Row& row) { return row.integer(0); });
}

Result<std::vector<std::int64_t>> begun_components(Tx& tx,
                                                   std::int64_t user_id,
                                                   std::int64_t content_id) {
  return tx.all(
      "SELECT d.component_id FROM learning_components c JOIN learning_drafts d"
      " ON d.component_id = c.id WHERE c.content_id = $2 AND d.user_id = $1"
      " UNION SELECT component_id FROM learning_submissions"
      " WHERE user_id = $1 AND content_id = $2",
      {user_id, content_id}, [](const Row& row) { return row.integer(0); });
}

Result<bool> pass_component(Tx& tx,
                            const SubmissionRow& submission,
                            std::int64_t points,
                            std::int64_t now_ms) {
  TRY(const auto rows,
      tx.exec("INSERT INTO learning_passes"
              " (user_id, component_id, content_id, submission_id, points, passed_at)"
              " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user_id, component_id) DO NOTHING",
              {submission.user_id, submission.component_id, submission.content_id, submission.id,
               points, now_ms}));
  if (rows == 0) return false;
  TRY_VOID(
      tx.exec("UPDATE learning_progress SET points = points + $3"
              " WHERE user_id = $1 AND content_id = $2",
              {submission.user_id, submission.content_id, points}));
  return true;
}

Result<std::optional<DraftRow>> draft(Tx& tx,
                                      std::int64_t user_id,
                                      std::int64_t component_id,
                                      std::string_view language) {
  TRY(auto rows, tx.all("SELECT language, version, answer, saved_at FROM learning_drafts"
                        " WHERE user_id = $1 AND component_id = $2 AND language = $3",
                        {user_id, component_id, language}, read_draft));
  return first(std::move(rows));
}

Result<std::optional<DraftRow>> last_draft(Tx& tx,
                                           std::int64_t user_id,
                                           std::int64_t component_id) {
  TRY(auto rows, tx.all("SELECT language, version, answer, saved_at FROM learning_drafts"
                        " WHERE user_id = $1 AND component_id = $2"
                        " ORDER BY saved_at DESC, language LIMIT 1",
                        {user_id, component_id}, read_draft));
  return first(std::move(rows));
}

Result<bool> save_draft(Tx& tx,
                        std::int64_t user_id,
                        std::int64_t component_id,
                        std::int64_t base_version,
                        const DraftRow& draft) {
  if (base_version == 0) {
    TRY(const auto rows, tx.exec("INSERT INTO learning_drafts"
                                 " (user_id, component_id, language, version, answer, saved_at)"
                                 " VALUES ($1, $2, $3, $4, $5, $6)"
                                 " ON CONFLICT (user_id, component_id, language) DO NOTHING",
                                 {user_id, component_id, draft.language, draft.version,
                                  Blob{draft.answer}, draft.saved_at}));
    return rows == 1;
  }
  TRY(const auto rows,
      tx.exec("UPDATE learning_drafts SET version = $4, answer = $5, saved_at = $6"
              " WHERE user_id = $1 AND component_id = $2 AND language = $3 AND version = $7",
              {user_id, component_id, draft.language, draft.version, Blob{draft.answer},
               draft.saved_at, base_version}));
  return rows == 1;
}

}  // namespace lyceum::learning::store
