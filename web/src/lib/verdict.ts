// What a status of the runner means to a reader: a tone and a word (locales: verdict.*).

export type Tone = 'ok' | 'bad' | 'warn' | 'plain';

const TONES: Record<string, Tone> = {
  AC: 'ok',
  WA: 'bad',
  CE: 'bad',
  CTLE: 'bad',
  RE: 'bad',
  SIG: 'bad',
  SV: 'bad',
  TLE: 'warn',
  WTLE: 'warn',
  MLE: 'warn',
  OLE: 'warn',
  IE: 'warn',
  OVERLOAD: 'warn',
  SK: 'plain',
  CANCELED: 'plain',
  QUEUED: 'plain',
  RUNNING: 'plain',
};

export const toneOf = (status: string): Tone => TONES[status] ?? 'plain';

export type VerdictKey = `verdict.${'AC' | 'WA' | 'IE'}`;

/** The key of its word; a status that a newer server invented is shown as it is. */
export const verdictKey = (status: string): VerdictKey => `verdict.${status}` as VerdictKey;
