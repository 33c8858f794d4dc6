// The device's own copy of what the server has not acknowledged yet. Pure but for storage.

import type { Answer, CodeFile, Draft } from '@/lib/shapes';
import { forget, keep, recall } from '@/lib/storage';

/** What a draft holds: files of an editor, choices of a question, or answers of a quiz. */
export interface Work {
  files: CodeFile[];
  choices: string[];
  answers: Answer[];
}

export interface Backup {
  /** The server's version that was edited. */
  version: number;
  work: Work;
  /** On its way when the page was left: if the server has exactly this, it is ours. */
  sending?: Work | undefined;
}

export interface DraftKey {
  userId: string;
  componentId: string;
  language: string;
}

const name = ({ userId, componentId, language }: DraftKey): string =>
  `draft.${userId}.${componentId}.${language}`;

export const readBackup = (key: DraftKey): Backup | undefined => recall<Backup>(name(key));
export const writeBackup = (key: DraftKey, backup: Backup): boolean => keep(name(key), backup);
export const dropBackup = (key: DraftKey): void => forget(name(key));

export const workOf = ({ files, choices, answers }: Draft): Work => ({ files, choices, answers });

/** Compared by meaning: the order in which JSON has the names is nothing. */
export function sameWork(a: Work, b: Work): boolean {
  const plain = ({ files, choices, answers }: Work): string =>
    JSON.stringify([
      files.map(({ path, content }) => [path, content]),
      choices,
      answers.map(({ question_id, choices: chosen, text }) => [question_id, chosen, text]),
    ]);
  return plain(a) === plain(b);
}

export type Restored =
  | { from: 'server' | 'starter'; work: Work }
  | { from: 'device'; work: Work; version: number }
  | { from: 'conflict'; mine: Work };

/** What to show: the server's draft, unless this device has something newer. */
export function restore(server: Draft, backup: Backup | undefined, starter: Work): Restored {
  const saved = server.version > 0 ? workOf(server) : starter;
  const from = server.version > 0 ? 'server' : 'starter';
  if (!backup || sameWork(backup.work, saved)) return { from, work: saved };
  const ours = backup.sending !== undefined && sameWork(backup.sending, saved);
  if (backup.version === server.version || ours)
    return { from: 'device', work: backup.work, version: server.version };
  return { from: 'conflict', mine: backup.work };
}
