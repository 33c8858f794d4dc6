// The one way to the server: typed by the contract, same origin, session cookie.
import createClient from 'openapi-fetch';
import type { paths } from '@/api/schema';
import { offline, type Problem, ProblemError, readProblem } from './problem';

// `fetch` is looked up at each call, so that a test may replace it.
export const api = createClient<paths>({ fetch: (request) => fetch(request) });

export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer or the problem, as a value: for forms, which show it beside the field. */
export async function attempt<T>(call: Promise<Answer<T>>): Promise<Result<T>> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof TypeError) return { ok: false, problem: offline };
    throw error;
  }
  const { data, error, response } = answer;
  if (response.ok) return { ok: true, value: data as T };
  return {
    ok: false,
    problem: readProblem(response.status, error, response.headers.get('Retry-After')),
  };
}

/** The answer, or a ProblemError: for queries, whose page shows it. */
export async function get<T>(call: Promise<Answer<T>>): Promise<T> {
  const result = await attempt(call);
  if (!result.ok) throw new ProblemError(result.problem);
  return result.value;
}
