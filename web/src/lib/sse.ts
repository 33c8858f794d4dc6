// Server-sent events over fetch: EventSource knows neither POST nor a status.
import { ProblemError, readProblem } from './problem';

export interface ServerEvent {
  event: string;
  data: string;
}

/** Takes text as it arrives and gives the events that are whole. Follows the HTML standard §9.2.6. */
export class EventParser {
  #rest = '';
  #event = '';
  #data: string[] = [];

  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    let buffer = this.#rest + text;
    // A CR at the very end may be half of a CRLF.
    const held = buffer.endsWith('\r') ? '\r' : '';
    if (held) buffer = buffer.slice(0, -1);
    const lines = buffer.split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + held;
    for (const line of lines) {
      const event = this.#line(line);
      if (event) events.push(event);
    }
    return events;
  }

  #line(line: string): ServerEvent | undefined {
    if (line === '') return this.#dispatch();
    if (line.startsWith(':')) return undefined;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return undefined;
  }

  #dispatch(): ServerEvent | undefined {
    const event = this.#event || 'message';
    const data = this.#data.join('\n');
    const whole = this.#data.length > 0;
    this.#event = '';
    this.#data = [];
    return whole ? { event, data } : undefined;
  }
}

export interface StreamRequest {
  method?: 'GET' | 'POST';
  body?: unknown;
  signal?: AbortSignal;
}

/** Every event of the answer, as it comes. Ends when the server ends; throws a ProblemError on a refusal. */
export async function* events(
  path: string,
  request: StreamRequest = {},
): AsyncGenerator<ServerEvent> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (request.body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(path, {
    method: request.method ?? 'GET',
    headers,
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    ...(request.signal && { signal: request.signal }),
  });
  if (!response.ok || !response.body) {
    const body = await response.json().catch(() => undefined);
    throw new ProblemError(readProblem(response.status, body, response.headers.get('Retry-After')));
  }
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of parser.push(value)) {
        if (event.event === 'error') throw new ProblemError(readError(event.data));
        yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function readError(data: string): ProblemError['problem'] {
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    body = undefined;
  }
  const status = (body as { status?: unknown } | undefined)?.status;
  return readProblem(typeof status === 'number' ? status : 500, body, null);
}
