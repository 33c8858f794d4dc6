// The files of an answer: the author's, the learner's, and what may be done to them. Pure.
import type { CodeFile, Editor } from '@/lib/shapes';

type Starter = Editor['starters'][number];

export const starterFiles = (starter: Starter): CodeFile[] =>
  starter.files.map(({ path, content }) => ({ path, content }));

/** Read-only files are always the author's; they come first, in the author's order, with the learner's own after. */
export function withFixed(starter: Starter, files: CodeFile[]): CodeFile[] {
  const fixed = starter.files.filter((file) => file.readonly);
  const own = files.filter((file) => !fixed.some(({ path }) => path === file.path));
  const order = starter.files.map((file) => file.path);
  const place = ({ path }: CodeFile): number =>
    order.includes(path) ? order.indexOf(path) : order.length;
  return [...own, ...fixed.map(({ path, content }) => ({ path, content }))].sort(
    (a, b) => place(a) - place(b),
  );
}

export const isFixed = (starter: Starter, path: string): boolean =>
  starter.files.some((file) => file.path === path && file.readonly);

/** The file to open at first: the entry, or what there is to write where the author keeps that one. */
export function firstToOpen(starter: Starter, files: CodeFile[]): string {
  const entry = starter.entry || (files[0]?.path ?? '');
  if (!isFixed(starter, entry)) return entry;
  return files.find((file) => !isFixed(starter, file.path))?.path ?? entry;
}

/** What the contract allows and a person can type; the server has the last word. */
export function nameProblem(path: string, files: CodeFile[]): 'bad' | 'taken' | undefined {
  const parts = path.split('/');
  const fine = parts.every((part) => /^[\w.-]+$/.test(part) && part !== '.' && part !== '..');
  if (!fine || path.length > 200) return 'bad';
  return files.some((file) => file.path === path) ? 'taken' : undefined;
}

export const put = (files: CodeFile[], path: string, content: string): CodeFile[] =>
  files.map((file) => (file.path === path ? { path, content } : file));

export const rename = (files: CodeFile[], from: string, to: string): CodeFile[] =>
  files.map((file) => (file.path === from ? { ...file, path: to } : file));

export const add = (files: CodeFile[], path: string): CodeFile[] => [
  ...files,
  { path, content: '' },
];

export const remove = (files: CodeFile[], path: string): CodeFile[] =>
  files.filter((file) => file.path !== path);

/** What the runner is told to start: said only where that file is still there. */
export const entryOf = (starter: Starter, files: CodeFile[]): { entry?: string } =>
  starter.entry && files.some((file) => file.path === starter.entry)
    ? { entry: starter.entry }
    : {};
