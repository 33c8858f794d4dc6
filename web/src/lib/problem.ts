// What a server says when it says no: RFC 9457 with `reason`, `field` and `trace_id`.

export interface Problem {
  status: number;
  reason: string;
  message: string;
  field?: string;
  traceId?: string;
  retryAfterS?: number;
}

/** Thrown where nothing but showing it can be done; forms take problems as values (see `attempt`). */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** From whatever came back: problem+json, or a proxy's HTML page. */
export function readProblem(status: number, body: unknown, retryAfter: string | null): Problem {
  const from = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const problem: Problem = {
    status,
    reason: text(from.reason) ?? (status >= 500 ? 'unavailable' : 'unknown'),
    message: text(from.detail) ?? text(from.title) ?? `HTTP ${status}`,
  };
  const field = text(from.field);
  if (field) problem.field = field;
  const traceId = text(from.trace_id);
  if (traceId) problem.traceId = traceId;
  const seconds = Number(retryAfter ?? Number.NaN);
  if (Number.isFinite(seconds)) problem.retryAfterS = seconds;
  return problem;
}

export const offline: Problem = {
  status: 0,
  reason: 'offline',
  message: 'The server cannot be reached.',
};

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof TypeError) return offline;
  return {
    status: 0,
    reason: 'bug',
    message: error instanceof Error ? error.message : String(error),
  };
}
