// What a browser does for a sign-in, without one: keeps cookies, follows redirects, fills the form.
export class Session {
  readonly url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.url = url;
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  // Goes on with the cookies of another session, as a thief of them would.
  copyFrom(other: Session): void {
    for (const [name, value] of other.#cookies) this.#cookies.set(name, value);
  }

  async request(method: string, location: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(new URL(location, this.url), {
      method,
      redirect: 'manual',
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(method === 'GET' ? {} : { origin: this.url, 'sec-fetch-site': 'same-origin' }),
        ...headers,
      },
      body: body ?? null,
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const equals = pair.indexOf('=');
      const gone = attributes.some((a) => /^\s*max-age=0\s*$/i.test(a)) || equals === pair.length - 1;
      if (gone) this.#cookies.delete(pair.slice(0, equals));
      else this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    return response;
  }

  json = (method: string, path: string, body?: unknown, headers = {}): Promise<Response> =>
    this.request(method, path, body === undefined ? undefined : JSON.stringify(body), {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    });

  // GETs and follows redirects to the last page.
  async visit(location: string): Promise<{ response: Response; at: URL }> {
    let at = new URL(location, this.url);
    for (let hop = 0; hop < 10; ++hop) {
      const response = await this.request('GET', at.href);
      const next = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || !next) return { response, at };
      at = new URL(next, at);
    }
    throw new Error('too many redirects');
  }

  // The whole way: /auth/login, the provider's form, back to the app. Gives the last answer.
  async signIn(email: string, password: string, returnTo = '/'): Promise<{ response: Response; at: URL }> {
    const { response, at } = await this.visit(`/auth/login?return_to=${encodeURIComponent(returnTo)}`);
    const page = await response.text();
    const action = /<form[^>]*action="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');
    if (response.status !== 200 || action === undefined) throw new Error(`no sign-in form at ${at}: ${response.status} ${page.slice(0, 300)}`);
    const fields = new URLSearchParams();
    for (const input of page.matchAll(/<input[^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(input[0])?.[1];
      const value = /value="([^"]*)"/.exec(input[0])?.[1] ?? '';
      if (!name) continue;
      if (/type="password"/.test(input[0])) fields.set(name, password);
      else if (/type="email"/.test(input[0])) fields.set(name, email);
      else if (!/type="(checkbox|radio)"/.test(input[0])) fields.set(name, value.replaceAll('&amp;', '&'));
    }
    const posted = await this.request('POST', new URL(action, at).href, fields.toString(), { 'content-type': 'application/x-www-form-urlencoded' });
    const next = posted.headers.get('location');
    return next ? this.visit(new URL(next, at).href) : { response: posted, at };
  }
}
