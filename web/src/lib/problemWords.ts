// What a refusal says to people, in their language. The server's own words are English.
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { en } from '@/locales/en';
import type { Problem } from './problem';

/** Such a reason says little without the field that it is about. */
const VAGUE =
  /^(required|missing|too_(short|long|few|many|small|large)|out_of_range|not_one_of|invalid_\w+|nul_character|bad_id)$/;

type Keys<T> = keyof T & string;
const has = <T extends object>(words: T, key: string): key is Keys<T> => Object.hasOwn(words, key);

export function problemWords(problem: Problem, t: TFunction): string {
  const reason = problem.status === 401 ? 'unauthenticated' : problem.reason;
  const seconds = problem.retryAfterS ?? 60;
  const known = has(en.reason, reason);
  const text = known
    ? t(`reason.${reason}`, { seconds })
    : t('refusal.said', {
        text: t(`refusal.status${statusKey(problem.status)}`, { seconds }),
        detail: problem.message,
      });
  const field = problem.field?.split(/[.[]/)[0] ?? '';
  const named = has(en.field, field) && (!known || VAGUE.test(reason));
  return named ? t('refusal.named', { field: t(`field.${field}`), text }) : text;
}

const STATUSES = [400, 403, 404, 409, 413, 429, 500, 503] as const;

/** The nearest status that has a sentence; 0 is a fault of this page. */
function statusKey(status: number): (typeof STATUSES)[number] | 0 {
  return STATUSES.find((each) => each === status) ?? (status >= 500 ? 500 : status > 0 ? 400 : 0);
}

export function useProblemWords(): (problem: Problem) => string {
  const { t } = useTranslation();
  return (problem) => problemWords(problem, t);
}
