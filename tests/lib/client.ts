// Small HTTP clients for tests: JSON with a bearer token, and server-sent events.
export interface Problem {
  status: number;
  reason: string;
  detail: string;
  field?: string;
  trace_id: string;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export class Client {
  readonly url: string;
  readonly bearer: string; // value of the Authorization header
  readonly #headers: Record<string, string>;

  constructor(url: string, token?: string) {
    this.url = url;
    this.bearer = token ? `Bearer ${token}` : '';
    this.#headers = token ? { authorization: `Bearer ${token}` } : {};
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  async send<T = any>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const response = await reach(method, this.url + path, {
      redirect: 'manual',
      headers: {
        ...this.#headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  }

  get = <T = any>(path: string) => this.send<T>('GET', path);
  post = <T = any>(path: string, body: unknown, headers = {}) => this.send<T>('POST', path, body, headers);
  put = <T = any>(path: string, body: unknown) => this.send<T>('PUT', path, body);
  patch = <T = any>(path: string, body: unknown) => this.send<T>('PATCH', path, body);
  delete = <T = any>(path: string) => this.send<T>('DELETE', path);

  // All events of a stream, in order; ends with the stream.
  async events(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ServerEvent[]> {
    const response = await reach(method, this.url + path, {
      headers: { ...this.#headers, accept: 'text/event-stream', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      body: body ? JSON.stringify(body) : null,
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return parseEvents(await response.text());
  }
}

// fetch, whose errors say what was asked.
async function reach(method: string, url: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...options, method });
  } catch (error) {
    throw new Error(`${method} ${url}: ${(error as { cause?: Error }).cause?.message ?? error}`, { cause: error });
  }
}

export interface ServerEvent {
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  data: any;
}

export function parseEvents(text: string): ServerEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event:'))
    .map((block) => ({
      event: /^event: (.*)$/m.exec(block)?.[1] ?? '',
      data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
    }));
}

// Tries until `probe` gives something; the caller's own time limit ends it.
export async function until<T>(probe: () => Promise<T | undefined>, timeoutMs = 20_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
