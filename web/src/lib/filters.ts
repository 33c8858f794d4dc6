// The catalogue's filters as the address keeps them.
import type { ModuleFilters } from './queries';

const WORDS = ['q', 'tag', 'language'] as const;
const isDifficulty = (word: unknown): word is 'easy' | 'medium' | 'hard' =>
  word === 'easy' || word === 'medium' || word === 'hard';
const isState = (word: unknown): word is 'new' | 'begun' | 'passed' =>
  word === 'new' || word === 'begun' || word === 'passed';

/** Unknown and empty ones are dropped, so that the address stays short. */
export function readFilters(search: Record<string, unknown>): ModuleFilters {
  const filters: ModuleFilters = {};
  for (const word of WORDS) {
    const value = search[word];
    if ((typeof value === 'string' || typeof value === 'number') && value !== '')
      filters[word] = String(value);
  }
  if (isDifficulty(search.difficulty)) filters.difficulty = search.difficulty;
  if (isState(search.state)) filters.state = search.state;
  return filters;
}
