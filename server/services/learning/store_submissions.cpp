#include "services/learning/store.h"

namespace lyceum::learning::store {
namespace {

#define SUBMISSION_COLUMNS_WITH(answer, compile, groups)                                           \
  "id, user_id, component_id, content_id, version, language, " answer                              \
  ", validator_count,"                                                                             \
  " trace_id, span_id, created_at, status, run, tries, failures, next_at, score, points, " compile \
  ", judged_at, " groups
#define SUBMISSION_COLUMNS SUBMISSION_COLUMNS_WITH("answer", "compile", "group_scores")

SubmissionRow read_submission(const Row& row) {
  SubmissionRow submission;
  submission.id = row.integer(0);
  submission.user_id = row.integer(1);
  submission.component_id = row.integer(2);
  submission.content_id = row.integer(3);
  submission.version = row.integer(4);
  submission.language = row.text(5);
  submission.answer = row.text(6);
  submission.validator_count = row.integer(7);
  submission.trace_id = row.text(8);
  submission.span_id = row.text(9);
  submission.created_at = row.integer(10);
  submission.status = row.text(11);
  submission.run = row.integer(12);
  submission.tries = row.integer(13);
  submission.failures = row.integer(14);
  submission.next_at = row.integer(15);
  submission.score = row.real(16);
  submission.points = row.integer(17);
  if (!row.is_null(18)) submission.compile = row.text(18);
  submission.judged_at = row.integer(19);
  if (!row.is_null(20)) submission.groups = row.text(20);
  return submission;
}

std::int64_t read_id(const Row& row) {
  return row.integer(0);
}

}  // namespace

Result<void> insert_submission(Tx& tx, const SubmissionRow& submission) {
  TRY_VOID(tx.exec("INSERT INTO learning_submissions (" SUBMISSION_COLUMNS ")"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, $11, 0, 0,"
                   " NULL, NULL, NULL)",
                   {submission.id, submission.user_id, submission.component_id,
                    submission.content_id, submission.version, submission.language,
                    Blob{submission.answer}, submission.validator_count, submission.trace_id,
                    submission.span_id, submission.created_at, submission.status}));
  return {};
}

Result<std::int64_t> unfinished_of(Tx& tx, std::int64_t user_id) {
  return tx.one(
      "SELECT COUNT(*) FROM learning_submissions WHERE user_id = $1 AND judged_at IS NULL",
      {user_id}, read_id);
}

Result<SubmissionRow> submission(Tx& tx, std::int64_t id) {
  return tx.one("SELECT " SUBMISSION_COLUMNS " FROM learning_submissions WHERE id = $1", {id},
                read_submission);
}

Result<std::vector<SubmissionRow>> submissions_before(Tx& tx,
                                                      std::int64_t user_id,
                                                      std::int64_t component_id,
                                                      bool passed,
                                                      std::int64_t before_id,
                                                      int limit) {
  // A list does without what is large.
  return tx.all("SELECT " SUBMISSION_COLUMNS_WITH("''", "NULL", "NULL") 
                " FROM learning_submissions WHERE user_id = $1 AND component_id = $2 AND id < $3"
                " AND ($4 = 0 OR status = 'AC') ORDER BY id DESC LIMIT $5",
                {user_id, component_id, before_id, passed, limit}, read_submission);
}

Result<std::vector<ResultRow>> results(Tx& tx, std::int64_t submission_id, std::int64_t run) {
  return tx.all(
      "SELECT position, result FROM learning_results"
      " WHERE submission_id = $1 AND run = $2 ORDER BY position",
      {submission_id, run}, [](const Row& row) { return ResultRow{row.integer(0), row.text(1)}; });
}

Result<std::optional<std::int64_t>> due_submission(Tx& tx, std::int64_t now_ms) {
  TRY(const auto ids, tx.all("SELECT id FROM learning_submissions"
                             " WHERE judged_at IS NULL AND next_at <= $1"
                             " ORDER BY next_at, id LIMIT 1",
                             {now_ms}, read_id));
  if (ids.empty()) return std::optional<std::int64_t>{};
  return std::optional(ids.front());
}

Result<bool> claim(Tx& tx, std::int64_t id, std::int64_t now_ms, std::int64_t lease_until) {
  TRY(const auto rows,
      tx.exec("UPDATE learning_submissions"
              " SET status = 'RUNNING', run = run + 1, next_at = $3, compile = NULL"
              " WHERE id = $1 AND judged_at IS NULL AND next_at <= $2",
              {id, now_ms, lease_until}));
  if (rows == 0) return false;
  TRY_VOID(tx.exec("DELETE FROM learning_results WHERE submission_id = $1", {id}));
  return true;
}

Result<bool> extend(Tx& tx, const SubmissionRow& submission, std::int64_t lease_until) {
  TRY(const auto rows, tx.exec("UPDATE learning_submissions SET next_at = $3"
                               " WHERE id = $1 AND run = $2 AND status = 'RUNNING'",
                               {submission.id, submission.run, lease_until}));
  return rows == 1;
}

Result<bool> save_verdict(Tx& tx, const SubmissionRow& submission) {
  TRY(const auto rows,
      tx.exec("UPDATE learning_submissions SET status = $3, score = $4, points = $5,"
              " judged_at = $6, group_scores = $7"
              " WHERE id = $1 AND run = $2 AND status = 'RUNNING'",
              {submission.id, submission.run, submission.status, submission.score,
               submission.points, submission.judged_at, Blob{submission.groups}}));
  return rows == 1;
}

Result<bool> put_back(Tx& tx, const SubmissionRow& submission) {
  TRY(const auto rows,
      tx.exec("UPDATE learning_submissions"
              " SET status = 'QUEUED', compile = NULL, tries = $3, failures = $4, next_at = $5"
              " WHERE id = $1 AND run = $2 AND status = 'RUNNING'",
              {submission.id, submission.run, submission.tries, submission.failures,
               submission.next_at}));
  if (rows == 0) return false;
  TRY_VOID(tx.exec("DELETE FROM learning_results WHERE submission_id = $1", {submission.id}));
  return true;
}

Result<void> save_compile(Tx& tx, const SubmissionRow& submission) {
  TRY_VOID(tx.exec("UPDATE learning_submissions SET compile = $3 WHERE id = $1 AND run = $2",
                   {submission.id, submission.run, Blob{submission.compile}}));
  return {};
}

Result<void> insert_result(Tx& tx, const SubmissionRow& submission, const ResultRow& result) {
  TRY_VOID(
      tx.exec("INSERT INTO learning_results (submission_id, run, position, result)"
              " VALUES ($1, $2, $3, $4)",
              {submission.id, submission.run, result.position, Blob{result.result}}));
  return {};
}

Result<std::int64_t> take_back_interrupted(Tx& tx) {
  return tx.exec(
      "UPDATE learning_submissions SET status = 'QUEUED', next_at = created_at"
      " WHERE judged_at IS NULL AND status = 'RUNNING'",
      {});
}

}  // namespace lyceum::learning::store
