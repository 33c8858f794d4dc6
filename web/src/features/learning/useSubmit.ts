// Hands an answer in: once for each click, however often the network asks; then follows its judging.
import { api, get } from '@/lib/http';
import type { Judging } from '@/lib/judge';
import { ProblemError } from '@/lib/problem';
import { content as contentQuery, progressChanged, queryClient } from '@/lib/queries';
import type { Component, Content } from '@/lib/shapes';
import { type Judge, type Stream, useJudge } from '@/lib/useJudge';
import type { Work } from './backup';

export interface Submitter extends Judge {
  submit: (answer: Answered) => Promise<Judging>;
  /** Follows one that is judged already, after a reload. */
  watch: (submissionId: string) => void;
}

export type Answered =
  | { language: string; files: Work['files']; entry?: string }
  | { choices: string[] }
  | { answers: Work['answers'] };

export function useSubmit(content: Content, component: Component): Submitter {
  const judge = useJudge();
  const after = (judging: Judging): Judging => {
    void queryClient.invalidateQueries({ queryKey: ['submissions', component.id] });
    if (!judging.done) return judging;
    void queryClient.invalidateQueries({ queryKey: contentQuery(content.id).queryKey });
    progressChanged(judging.done.points);
    return judging;
  };
  const awaited = component.editor?.validators.length ?? component.quiz?.questions.length ?? 1;
  return {
    ...judge,
    submit: async (answer) => {
      const key = newKey();
      return after(
        await judge.start('submit', awaited, (signal) => handIn(component.id, answer, key, signal)),
      );
    },
    watch: (id) => void judge.start('submit', awaited, async () => watched(id)).then(after),
  };
}

const watched = (id: string): Stream => ({ path: `/api/v1/submissions/${id}`, again: true });

const TRIES = 3;

async function handIn(
  componentId: string,
  answer: Answered,
  key: string,
  signal: AbortSignal,
): Promise<Stream> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { id } = await get(
        api.POST('/api/v1/components/{component_id}/submissions', {
          params: { path: { component_id: componentId }, header: { 'Idempotency-Key': key } },
          body: answer,
          signal,
        }),
      );
      return watched(id);
    } catch (error) {
      // Whether it arrived is unknown: the same key again is the same submission.
      const passing =
        error instanceof ProblemError &&
        (error.problem.status === 0 || error.problem.status === 503);
      if (!passing || tries >= TRIES || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** tries));
    }
  }
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
