// Where one can go in Talk: servers, and their channels by category. Pure.
import { type Channel, compareIds } from './shapes';
import type { TalkState } from './state';
import { unread } from './unread';

export interface Group {
  /** undefined: channels that stand in no category. */
  category?: Channel;
  channels: Channel[];
}

const byPosition = (a: Channel, b: Channel): number =>
  a.position - b.position || compareIds(a.id, b.id);

export const channelsOf = (state: Pick<TalkState, 'channels'>, serverId: string): Channel[] =>
  [...state.channels.values()].filter((each) => each.server_id === serverId).sort(byPosition);

/** As the list shows them: those without a category first, then each category with its own. */
export function groups(channels: Channel[]): Group[] {
  const categories = channels.filter((each) => each.type === 'category');
  const texts = channels.filter((each) => each.type === 'text');
  const known = new Set(categories.map((each) => each.id));
  const loose = texts.filter((each) => !each.parent_id || !known.has(each.parent_id));
  return [
    { channels: loose },
    ...categories.map((category) => ({
      category,
      channels: texts.filter((each) => each.parent_id === category.id),
    })),
  ];
}

/** The channel that a server opens with. */
export const firstChannel = (channels: Channel[]): Channel | undefined =>
  groups(channels).flatMap((each) => each.channels)[0];

export function serverUnread(
  state: Pick<TalkState, 'channels' | 'reads'>,
  serverId: string,
): boolean {
  return channelsOf(state, serverId).some((each) => unread(state.reads.get(each.id)));
}

export const anyUnread = (state: Pick<TalkState, 'channels' | 'reads'>): boolean =>
  [...state.channels.keys()].some((id) => unread(state.reads.get(id)));
