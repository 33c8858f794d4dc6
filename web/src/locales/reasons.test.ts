// Each reason that the server can give a page is said in our words. fr.ts has what en.ts has.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { en } from './en';

const server = join(import.meta.dirname, '../../../server');
const SERVICES = [
  'account',
  'authorization',
  'identity',
  'learning',
  'mailer',
  'messages',
  'realtime',
  'runner',
  'servers',
];
const FILES =
  /^(host\/(rest|check|http_refusal|caller_cache)\w*|base\/cpu|drivers\/(sqlite|folder)|services\/.*)(?<!_test)\.(cpp|h)$/;
const REASON =
  /(?:bad_field\([^;]*?,|(?:fail\(|Error)\s*\{?\s*Code::\w+,|Refusal \w+\{\d+,)\s*"(\w+)"/g;

// What no page of ours sends, what is answered 401 ("unauthenticated" says it), faults of the server (500), and
// what the operator alone is told.
const NOT_MET = `
  bad_authorization body_required body_unexpected cancelled chunk_invalid client_gone expectation_unknown
  form_malformed framing_invalid header_invalid header_timeout headers_too_large host_invalid
  http_version_unsupported idempotency_key_invalid idempotency_key_required idempotency_key_reused malformed_query
  method_not_allowed method_unknown no_such_route not_acceptable repeated_parameter request_line_invalid
  scope_missing service_only session_needed unknown_field unknown_parameter unsupported_media_type uri_invalid
  uri_too_long credentials_invalid sign_in sign_in_required token_malformed token_unknown
  bad_blob_key blob_cut broken_picture broken_template database hash_failed judged_elsewhere key_failed
  key_unreadable no_key no_such_blob only_checked seal_broken sign_failed unreadable_row
  account_not_open bad_language bad_link bad_reward bad_tolerance bad_user_id duplicate_id email_taken
  limit_too_large missing_value one_of_both unknown_entity unknown_entity_type unknown_permission unknown_relation
  unknown_subject_type unknown_template value_too_long migration_changed newer_schema not_root stopping
  argument_too_large arguments_unsupported bad_argument bad_score checker_and_interactor checker_missing checker_unused
  compile_argument_refused group_empty group_missing group_order no_earlier_group no_subordinate_ids reserved_path
  not_live sandbox_not_tried unknown_group
  category_in_category filter_too_wide index_busy not_everyone one_of_before_after_around one_of_two`
  .trim()
  .split(/\s+/);

const found = new Set(
  ['host', 'base', 'drivers', ...SERVICES.map((name) => `services/${name}`)].flatMap((folder) =>
    readdirSync(join(server, folder))
      .map((file) => `${folder}/${file}`)
      .filter((path) => FILES.test(path))
      .flatMap((path) => [...readFileSync(join(server, path), 'utf8').matchAll(REASON)])
      .map(([, reason]) => reason ?? ''),
  ),
);

test('every reason that a page can get has words', () => {
  expect(found.size).toBeGreaterThan(80);
  const silent = [...found].filter((reason) => !(reason in en.reason));
  expect(silent.filter((reason) => !NOT_MET.includes(reason))).toEqual([]);
});
