// Finds the places that a compiler, an interpreter or a stack trace names. Pure.

export interface CompilerMessage {
  path: string;
  line: number;
  column?: number;
  severity: 'error' | 'warning' | 'info';
  message: string;
}

const GCC = /^(.+?):(\d+):(?:(\d+):)?\s*(fatal error|error|warning|note):\s*(.*)$/;
const PYTHON = /^\s*File "(.+?)", line (\d+)/;
const NODE = /^(?:file:\/\/)?(\/?[^\s:()]+\.[cm]?js):(\d+)$/;
const BASH = /^(.+?): line (\d+): (.*)$/;

/** Only places in the given files; a path is told by its end, since the sandbox has folders of its own. */
export function compilerMessages(output: string, paths: string[]): CompilerMessage[] {
  const lines = output.split('\n');
  const found: CompilerMessage[] = [];
  for (const [index, line] of lines.entries()) {
    const message =
      gcc(line, lines, index) ??
      python(line, lines, index) ??
      node(line, lines, index) ??
      bash(line);
    const path = message && ownPath(message.path, paths);
    if (message && path) found.push({ ...message, path });
  }
  return found;
}

const ownPath = (named: string, paths: string[]): string | undefined =>
  paths.find((path) => named === path || named.endsWith(`/${path}`) || named === `./${path}`);

function gcc(line: string, lines: string[], index: number): CompilerMessage | undefined {
  const [, path, at, column, kind, message] = GCC.exec(line) ?? [];
  if (!path || !at || message === undefined) return undefined;
  const severity = kind === 'warning' ? 'warning' : kind === 'note' ? 'info' : 'error';
  // javac names no column: it draws a caret two lines below.
  const caret = lines[index + 2]?.indexOf('^') ?? -1;
  const where = column ? Number(column) : caret >= 0 ? caret + 1 : undefined;
  return { path, line: Number(at), ...(where && { column: where }), severity, message };
}

function python(line: string, lines: string[], index: number): CompilerMessage | undefined {
  const [, path, at] = PYTHON.exec(line) ?? [];
  if (!path || !at) return undefined;
  return { path, line: Number(at), severity: 'error', message: lastWord(lines, index) };
}

function node(line: string, lines: string[], index: number): CompilerMessage | undefined {
  const [, path, at] = NODE.exec(line) ?? [];
  if (!path || !at) return undefined;
  return { path, line: Number(at), severity: 'error', message: lastWord(lines, index) };
}

function bash(line: string): CompilerMessage | undefined {
  const [, path, at, message] = BASH.exec(line) ?? [];
  if (!path || !at || message === undefined) return undefined;
  return { path, line: Number(at), severity: 'error', message };
}

/** The line that says what went wrong comes after the place: "SyntaxError: invalid syntax". */
function lastWord(lines: string[], from: number): string {
  const words = lines
    .slice(from + 1)
    .find((line) => /^\w*(Error|Exception|Interrupt|Exit)\b/.test(line));
  return words ?? lines[from]?.trim() ?? '';
}
