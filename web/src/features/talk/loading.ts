// Brings pages of a channel's history into the store: the newest, older ones, and after a lost connection
// all that may have changed.
import type { Result } from '@/lib/http';
import { listMessages } from './calls';
import type { Message } from './core/shapes';
import type { Store } from './store';

const PAGE = 50;
const CATCH_UP_PAGE = 100;
// Beyond this many new messages the newest are more use than the gap.
const CATCH_UP_PAGES = 10;

const before = (id: string): string => String(BigInt(id) - 1n);

export class Loader {
  readonly #store: Store;
  /** Channels that are being loaded anew after a break. */
  readonly #catching = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Makes sure that the newest page is there or on its way. */
  async open(channelId: string): Promise<void> {
    const { histories, loading } = this.#store.state;
    if (histories.get(channelId)?.loaded || loading.get(channelId)?.what) return;
    await this.#page(channelId, 'newest', () => listMessages(channelId, { limit: PAGE }));
  }

  async older(channelId: string): Promise<void> {
    const { histories, loading } = this.#store.state;
    const history = histories.get(channelId);
    const first = history?.messages[0];
    if (!history?.loaded || history.from === 0 || !first || loading.get(channelId)?.what) return;
    await this.#page(channelId, 'older', () =>
      listMessages(channelId, { before: first.id, limit: PAGE }),
    );
  }

  /** Events may have been missed. What is open is compared with the server, the rest is loaded when it is opened. */
  async refresh(openChannelId: string | undefined): Promise<void> {
    const { histories } = this.#store.state;
    const others = [...histories.keys()].filter((id) => id !== openChannelId);
    this.#store.dispatch({ type: 'forget', channelIds: others });
    if (openChannelId === undefined) return;
    if (histories.get(openChannelId)?.loaded) await this.#catchUp(openChannelId);
    else await this.open(openChannelId);
  }

  async #catchUp(channelId: string): Promise<void> {
    if (this.#catching.has(channelId)) return;
    this.#catching.add(channelId);
    const known = this.#store.state.histories.get(channelId)?.messages ?? [];
    const result = await after(channelId, known[0] ? before(known[0].id) : '0');
    this.#catching.delete(channelId);
    if (!this.#store.state.histories.has(channelId)) return; // left meanwhile
    if (result === 'too-many') {
      this.#store.dispatch({ type: 'forget', channelIds: [channelId] });
      await this.open(channelId);
    } else if (result.ok) {
      const asked = new Set(known.map((each) => each.id));
      this.#store.dispatch({ type: 'reloaded', channelId, messages: result.value, asked });
    } else this.#failed(channelId, result);
  }

  async #page(
    channelId: string,
    what: 'newest' | 'older',
    ask: () => ReturnType<typeof listMessages>,
  ): Promise<void> {
    this.#store.dispatch({ type: 'loading', channelId, loading: { what } });
    const result = await ask();
    if (!this.#store.state.loading.has(channelId)) return; // left or forgotten meanwhile
    if (result.ok) this.#store.dispatch({ type: 'page', channelId, page: result.value });
    else this.#failed(channelId, result);
  }

  #failed(channelId: string, result: { ok: false } & Result<unknown>): void {
    const { problem } = result;
    this.#store.dispatch({ type: 'loading', channelId, loading: { problem } });
  }
}

async function after(channelId: string, from: string): Promise<Result<Message[]> | 'too-many'> {
  const messages: Message[] = [];
  let mark = from;
  for (let pages = 0; pages < CATCH_UP_PAGES; pages += 1) {
    const result = await listMessages(channelId, { after: mark, limit: CATCH_UP_PAGE });
    if (!result.ok) return result;
    const page = result.value.messages.toSorted((a, b) => a.seq - b.seq);
    messages.push(...page);
    const last = page.at(-1);
    if (!result.value.has_after || !last) return { ok: true, value: messages };
    mark = last.id;
  }
  return 'too-many';
}
