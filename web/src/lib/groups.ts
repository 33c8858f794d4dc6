// The groups of an exercise's tests, with what is known of each while results arrive. Pure.
import { type Judging, passedCount } from './judge';
import type { Editor, TestGroupResult, ValidatorResult } from './shapes';

export interface GroupView {
  key: string;
  name: string;
  /** Empty while it is not known. */
  status: string;
  /** Once it is judged; a try scores nothing. */
  score?: number;
  maxScore: number;
  results: ValidatorResult[];
}

/** None where the tests are in no groups, for own input, and where nothing was run. */
export function groupsOf(editor: Editor | undefined, judging: Judging): GroupView[] {
  const { kind, phase, results, done } = judging;
  if (!editor || kind === 'own') return [];
  if (phase !== 'running' && results.length === 0) return [];
  // An earlier submission may have been judged by other groups than there are now.
  const judged = done?.groups ?? [];
  const groups = judged.length > 0 ? judged : editor.groups;
  return groups
    .map((group) => view(editor, judging, group))
    .filter((group) => kind === 'submit' || testsOf(editor, group.key, kind) > 0);
}

/** Results come as they are known; shown are they in the author's order. */
export function inOrder(editor: Editor | undefined, judging: Judging): Judging {
  const place = new Map(editor?.validators.map((each, index) => [each.id, index]));
  const at = ({ validator_id: id }: ValidatorResult): number => place.get(id) ?? place.size;
  return { ...judging, results: judging.results.toSorted((a, b) => at(a) - at(b)) };
}

/** Those that are in none of the groups shown. */
export const outside = (groups: GroupView[], results: ValidatorResult[]): ValidatorResult[] =>
  results.filter((result) => !groups.some((group) => group.key === result.group));

const testsOf = (editor: Editor, key: string, kind: Judging['kind']): number =>
  editor.validators.filter((each) => each.group === key && (kind === 'submit' || each.visible))
    .length;

function view(
  editor: Editor,
  { kind, results }: Judging,
  group: Editor['groups'][number] | TestGroupResult,
): GroupView {
  const own = results.filter((result) => result.group === group.key);
  const shown = { key: group.key, name: group.name, maxScore: group.max_score, results: own };
  if ('status' in group) return { ...shown, status: group.status, score: group.score };
  const failure = own.find((result) => result.status !== 'AC');
  const all = own.length > 0 && passedCount(own) === testsOf(editor, group.key, kind);
  return { ...shown, status: failure?.status ?? (all ? 'AC' : '') };
}

/** What a submission got of all that there is; nothing where there are no groups. */
export function scoreOf({ done }: Judging): { score: number; max: number } | undefined {
  const groups = done?.groups ?? [];
  if (groups.length === 0) return undefined;
  return {
    score: groups.reduce((sum, group) => sum + group.score, 0),
    max: groups.reduce((sum, group) => sum + group.max_score, 0),
  };
}
