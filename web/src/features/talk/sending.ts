// Sends what is in the outbox, in order, and keeps it on this device until the server has it.
import { sendMessage } from './calls';
import { afterReload, nextTime, type Outgoing, ready } from './core/outbox';
import { keepOutbox, keptOutbox } from './drafts';
import type { Store } from './store';

export class Sender {
  readonly #store: Store;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What an earlier page of this person left behind. */
  static left(userId: string): Outgoing[] {
    return [...afterReload(keptOutbox<Outgoing>(userId))];
  }

  compose(channelId: string, content: string): void {
    const outgoing: Outgoing = {
      nonce: crypto.randomUUID(),
      key: crypto.randomUUID(),
      channelId,
      content,
      createdAt: Date.now(),
      state: 'waiting',
    };
    this.#store.dispatch({ type: 'compose', outgoing });
    this.flush();
  }

  retry(nonce: string): void {
    this.#store.dispatch({ type: 'retry', nonce });
    this.flush();
  }

  discard(nonce: string): void {
    this.#store.dispatch({ type: 'discard', nonce });
    this.flush();
  }

  /** Everything that may go goes now; what must wait for its time has a timer. */
  flush(online = false): void {
    const { userId, outbox } = this.#store.state;
    keepOutbox(userId, outbox);
    for (const each of ready(outbox, Date.now(), online)) void this.#send(each);
    clearTimeout(this.#timer);
    const at = nextTime(this.#store.state.outbox);
    if (at !== undefined) this.#timer = setTimeout(() => this.flush(), at - Date.now());
  }

  async #send(outgoing: Outgoing): Promise<void> {
    const { nonce } = outgoing;
    this.#store.dispatch({ type: 'sending', nonce });
    const result = await sendMessage(outgoing);
    if (result.ok) this.#store.dispatch({ type: 'sent', nonce, message: result.value });
    else this.#store.dispatch({ type: 'refused', nonce, problem: result.problem, now: Date.now() });
    this.flush();
  }
}
