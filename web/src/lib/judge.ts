// What is known of a run or a submission while its results arrive. Pure.
import type { Problem } from './problem';
import type {
  CompileResult,
  JudgeEvent,
  Submission,
  SubmissionDone,
  ValidatorResult,
} from './shapes';

export interface Judging {
  phase: 'idle' | 'running' | 'done' | 'failed';
  kind: 'run' | 'own' | 'submit';
  /** How many results are awaited; 0 when nobody knows. */
  awaited: number;
  compile?: CompileResult;
  results: ValidatorResult[];
  done?: SubmissionDone;
  problem?: Problem;
}

export type JudgingAction =
  | { type: 'start'; kind: Judging['kind']; awaited: number }
  | { type: 'event'; event: JudgeEvent }
  | { type: 'failed'; problem: Problem }
  | { type: 'show'; submission: Submission }
  | { type: 'clear' };

export const idle: Judging = { phase: 'idle', kind: 'run', awaited: 0, results: [] };

export function judge(state: Judging, action: JudgingAction): Judging {
  switch (action.type) {
    case 'clear':
      return idle;
    case 'start':
      return { phase: 'running', kind: action.kind, awaited: action.awaited, results: [] };
    case 'failed':
      return { ...state, phase: 'failed', problem: action.problem };
    case 'show':
      return shown(action.submission);
    case 'event':
      return arrived(state, action.event);
  }
}

function arrived(state: Judging, event: JudgeEvent): Judging {
  switch (event.event) {
    case 'compile':
      return { ...state, compile: event.data };
    case 'done':
      return { ...state, phase: 'done', done: event.data };
    case 'result':
      return { ...state, results: withResult(state.results, event.data) };
  }
}

/** A stream that was taken up again repeats what it had said: the same validator is the same row. */
function withResult(results: ValidatorResult[], result: ValidatorResult): ValidatorResult[] {
  const at = results.findIndex(
    (each) => each.validator_id === result.validator_id && each.name === result.name,
  );
  return at < 0 ? [...results, result] : results.with(at, result);
}

export const isFinal = (status: string): boolean => status !== 'QUEUED' && status !== 'RUNNING';

function shown(submission: Submission): Judging {
  const { id, status, score, points, results, groups, compile, validator_count } = submission;
  const final = isFinal(status);
  return {
    phase: final ? 'done' : 'running',
    kind: 'submit',
    awaited: validator_count,
    results,
    ...(compile && { compile }),
    ...(final && { done: { id, status, score, points, groups, content_passed: false } }),
  };
}

export const passedCount = (results: ValidatorResult[]): number =>
  results.filter((each) => each.status === 'AC').length;

/** The one to open: the first failure that shows something, else the first failure. */
export function firstFailure(results: ValidatorResult[]): ValidatorResult | undefined {
  const failures = results.filter((each) => each.status !== 'AC' && each.status !== 'SK');
  return failures.find((each) => each.visible || each.hint) ?? failures[0];
}

export const awaitedOf = ({ awaited, results, phase }: Judging): number =>
  phase === 'running' ? Math.max(awaited, results.length) : results.length;

/** Bytes that are no UTF-8 come as base64; shown is what can be read of them. */
export function readOutput(text: string | undefined, encoding: string | undefined): string {
  if (text === undefined || encoding !== 'base64') return text ?? '';
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return text;
  }
}
