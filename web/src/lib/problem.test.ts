import { expect, test } from 'vitest';
import { offline, ProblemError, problemOf, readProblem } from './problem';

test('problem+json is read with field and trace id', () => {
  const body = {
    title: 'Bad',
    detail: 'No address',
    reason: 'email_malformed',
    field: 'email',
    trace_id: 'abc',
  };
  expect(readProblem(400, body, null)).toEqual({
    status: 400,
    reason: 'email_malformed',
    message: 'No address',
    field: 'email',
    traceId: 'abc',
  });
});

test("a proxy's page is still a problem", () => {
  expect(readProblem(502, '<html>', null)).toEqual({
    status: 502,
    reason: 'unavailable',
    message: 'HTTP 502',
  });
});

test('what fetch throws means that nobody was reached; anything else is a bug', () => {
  expect(problemOf(new TypeError('Failed to fetch'))).toBe(offline);
  expect(problemOf(new Error('x')).reason).toBe('bug');
  expect(problemOf(new ProblemError(offline))).toBe(offline);
});
