import { expect, test } from 'vitest';
import type { Outgoing } from './outbox';
import { anyUnread, channelsOf, firstChannel, groups, serverUnread } from './places';
import { type ChannelWithRead, compareIds, type GatewayEvent, type Message, may } from './shapes';
import { empty, reduce, type TalkState } from './state';
import { ann, below, channel, id, message, seeded, server, shuffled } from './testing';
import { mergeRead, unread } from './unread';

const hear = (state: TalkState, ...events: GatewayEvent[]): TalkState =>
  events.reduce((all, event) => reduce(all, { type: 'event', event }), state);

const ready = (...channels: ChannelWithRead[]): GatewayEvent => ({
  t: 'READY',
  d: { session_id: 'x', user: { id: ann.id }, servers: [{ server: server('s'), channels }] },
});

const started = reduce(empty, { type: 'start', userId: ann.id, outbox: [] });
const read = (last: number, mark: number) => ({
  last_message_id: id(last),
  last_seq: last,
  last_read_id: id(mark),
});
const create = (one: Message): GatewayEvent => ({ t: 'MESSAGE_CREATE', d: one });

test('ids are compared as the large numbers that they are', () => {
  expect(compareIds('9', '10')).toBeLessThan(0);
  expect(compareIds('700000000000000001', '700000000000000000')).toBeGreaterThan(0);
  expect(compareIds('5', '5')).toBe(0);
});

test('a permission above 32 bits does not hide the others', () => {
  expect(may(2 ** 40 + 2048, 2048)).toBe(true);
  expect(may(2 ** 40 + 1024, 2048)).toBe(false);
});

test('READY says what is unread, and an earlier belief does not survive it', () => {
  const before = hear(started, ready({ ...channel('c'), ...read(9, 9) }));
  expect(unread(before.reads.get('c'))).toBe(false);
  const after = hear(before, ready({ ...channel('c'), ...read(9, 4) }));
  expect(unread(after.reads.get('c'))).toBe(true);
});

test('READY lets what is gone go, with its messages', () => {
  let state = hear(started, ready(channel('c'), channel('d')));
  for (const channelId of ['c', 'd'])
    state = reduce(state, { type: 'page', channelId, page: { messages: [], has_before: false } });
  state = hear(state, ready(channel('d')));
  expect([...state.channels.keys()]).toEqual(['d']);
  expect([...state.histories.keys()]).toEqual(['d']);
});

test('a message makes its channel, its server and Talk unread; the mark undoes it', () => {
  let state = hear(started, ready(channel('c')));
  expect(anyUnread(state)).toBe(false);
  state = hear(state, create(message(1)));
  expect([anyUnread(state), serverUnread(state, 's'), serverUnread(state, 'other')]).toEqual([
    true,
    true,
    false,
  ]);
  const mark = { channel_id: 'c', ...read(1, 1) };
  expect(anyUnread(hear(state, { t: 'CHANNEL_READ', d: mark }))).toBe(false);
});

test('a mark never goes back, whichever of two is heard of last', () => {
  const older = { channel_id: 'c', ...read(5, 3) };
  const newer = { channel_id: 'c', ...read(7, 6) };
  expect(mergeRead(mergeRead(undefined, older), newer)).toEqual(
    mergeRead(mergeRead(undefined, newer), older),
  );
});

test('leaving takes the channels along, whether one left or was removed', () => {
  const state = hear(started, ready(channel('c')), create(message(1)));
  for (const event of [
    { t: 'SERVER_DELETE', d: { id: 's' } },
    { t: 'SERVER_MEMBER_REMOVE', d: { server_id: 's', user: ann, member_count: 1 } },
  ] as const) {
    const left = hear(state, event);
    expect([left.servers, left.channels.size, left.reads.size, anyUnread(left)]).toEqual([
      [],
      0,
      0,
      false,
    ]);
  }
});

test('the count of members is what the last event says, however often it says it', () => {
  const state = hear(started, ready(channel('c')));
  const change = { server_id: 's', user: { id: '8' }, member_count: 7 };
  const joined: GatewayEvent = { t: 'SERVER_MEMBER_ADD', d: { ...change, joined_at: 1 } };
  expect(hear(state, joined, joined).servers.map((each) => each.member_count)).toEqual([7]);
  const left: GatewayEvent = { t: 'SERVER_MEMBER_REMOVE', d: { ...change, member_count: 6 } };
  expect(hear(state, joined, left, left).servers.map((each) => each.member_count)).toEqual([6]);
  const elsewhere: GatewayEvent = { t: 'SERVER_MEMBER_REMOVE', d: { ...change, server_id: 'x' } };
  expect(hear(state, elsewhere)).toBe(state);
});

test('what one may do changes while one looks, in the server and in the channel', () => {
  const state = hear(started, ready({ ...channel('c'), ...read(9, 4) }), create(message(9)));
  const mute = hear(state, { t: 'CHANNEL_UPDATE', d: channel('c', { permissions: 1024 }) });
  expect(mute.channels.get('c')?.permissions).toBe(1024);
  expect(mute.reads.get('c')).toBe(state.reads.get('c'));
  const again = hear(mute, { t: 'CHANNEL_UPDATE', d: channel('c', { permissions: 3072 }) });
  expect(again.channels.get('c')?.permissions).toBe(3072);
  const managing = hear(state, { t: 'SERVER_UPDATE', d: server('s', { permissions: 1040 }) });
  expect(managing.servers.map((each) => each.permissions)).toEqual([1040]);
  expect(managing.channels).toBe(state.channels);
});

test('an update of what one does not see shows nothing', () => {
  const state = hear(started, ready(channel('c')));
  expect(hear(state, { t: 'CHANNEL_UPDATE', d: channel('x') })).toBe(state);
  expect(hear(state, { t: 'SERVER_UPDATE', d: server('x') })).toBe(state);
});

test('a channel that is announced to all takes one’s own permissions from the server', () => {
  const state = hear(started, ready(channel('c')));
  const made = channel('d', { permissions: 0 });
  const known = hear(state, { t: 'CHANNEL_CREATE', d: made });
  expect(may(known.channels.get('d')?.permissions ?? 0, 2048)).toBe(true);
  const mute = hear(state, { t: 'CHANNEL_CREATE', d: channel('e', { permissions: 1024 }) });
  const again = hear(mute, { t: 'CHANNEL_CREATE', d: channel('e', { permissions: 0 }) });
  expect(again.channels.get('e')?.permissions).toBe(1024);
});

const outgoing: Outgoing = {
  nonce: 'n',
  key: 'k',
  channelId: 'c',
  content: 'hello',
  createdAt: 1,
  state: 'sending',
};
const own = message(1, { author: ann, content: 'hello', nonce: 'n' });

test('an own message is shown once, whether its answer or its event comes first, or both, or twice', () => {
  const loaded = reduce(hear(started, ready(channel('c'))), {
    type: 'page',
    channelId: 'c',
    page: { messages: [], has_before: false },
  });
  const composed = reduce(loaded, { type: 'compose', outgoing });
  const answer = (state: TalkState) => reduce(state, { type: 'sent', nonce: 'n', message: own });
  const event = (state: TalkState) => hear(state, create(own));
  for (const steps of [[answer], [event], [answer, event], [event, answer], [event, event]]) {
    const state = steps.reduce((all, step) => step(all), composed);
    expect(state.outbox).toEqual([]);
    expect(state.histories.get('c')?.messages.map((each) => each.id)).toEqual([id(1)]);
    expect(state.sentAs.get(id(1))).toBe('n');
  }
});

test('somebody else’s nonce takes nothing out of one’s own outbox', () => {
  const composed = reduce(hear(started, ready(channel('c'))), { type: 'compose', outgoing });
  expect(hear(composed, create(message(1, { nonce: 'n' }))).outbox).toHaveLength(1);
});

test('what changes nothing gives the same state, so that nothing is drawn again', () => {
  const loaded = reduce(hear(started, ready(channel('c'))), {
    type: 'page',
    channelId: 'c',
    page: { messages: [message(1)], has_before: false },
  });
  const state = hear(loaded, create(message(2)));
  expect(hear(state, create(message(2)))).toBe(state);
  expect(hear(state, { t: 'RESUMED', d: {} })).toBe(state);
});

test('channels stand by position, those without a category first', () => {
  const state = hear(
    started,
    ready(
      channel('9', { position: 2, parent_id: 'k' }),
      channel('k', { type: 'category', position: 0 }),
      channel('10', { position: 2, parent_id: 'k' }),
      channel('1', { position: 5 }),
      channel('2', { position: 6, parent_id: 'nowhere' }),
    ),
  );
  const all = channelsOf(state, 's');
  expect(groups(all).map((each) => each.channels.map((one) => one.id))).toEqual([
    ['1', '2'],
    ['9', '10'],
  ]);
  expect(firstChannel(all)?.id).toBe('1');
});

// Two channels on a server, as one truth from which events and a state loaded anew are made.
class World {
  readonly messages = new Map<string, Message>();
  readonly marks = new Map([
    ['c', 0],
    ['d', 0],
  ]);
  readonly said = new Map([
    ['c', 0],
    ['d', 0],
  ]);
  #id = 0;

  act(random: () => number): GatewayEvent {
    const channelId = random() < 0.5 ? 'c' : 'd';
    const known = [...this.messages.values()];
    const one = known[below(random, known.length)];
    const what = random();
    if (one && what < 0.2) {
      const d = { ...one, version: one.version + 1, content: `edit ${one.version}` };
      this.messages.set(one.id, d);
      return { t: 'MESSAGE_UPDATE', d };
    }
    if (one && what < 0.35) {
      this.messages.delete(one.id);
      const { id: gone, channel_id, seq, version } = one;
      return { t: 'MESSAGE_DELETE', d: { id: gone, channel_id, seq, version: version + 1 } };
    }
    if (what < 0.5) {
      this.marks.set(channelId, this.said.get(channelId) ?? 0);
      return { t: 'CHANNEL_READ', d: { channel_id: channelId, ...this.read(channelId) } };
    }
    this.#id += 1;
    this.said.set(channelId, this.#id);
    const made = message(this.#id, { channel_id: channelId });
    this.messages.set(made.id, made);
    return create(made);
  }
  read(channelId: string) {
    const last = this.said.get(channelId) ?? 0;
    const mark = this.marks.get(channelId) ?? 0;
    return {
      last_message_id: last ? id(last) : '0',
      last_seq: last,
      last_read_id: mark ? id(mark) : '0',
    };
  }
  load(): TalkState {
    const channels = ['c', 'd'].map((each) => ({ ...channel(each), ...this.read(each) }));
    let state = hear(started, ready(...channels));
    for (const channelId of ['c', 'd']) {
      const all = [...this.messages.values()].filter((each) => each.channel_id === channelId);
      const page = { messages: all.reverse(), has_before: false };
      state = reduce(state, { type: 'page', channelId, page });
    }
    return state;
  }
}

const view = (state: TalkState) => ({
  reads: state.reads,
  messages: ['c', 'd'].map((each) => state.histories.get(each)?.messages),
  unread: anyUnread(state),
});

test('state before + events, in any order and repeated = state loaded anew', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = seeded(seed);
    const world = new World();
    for (let i = below(random, 20); i > 0; i -= 1) world.act(random);
    const before = world.load();
    const events = Array.from({ length: below(random, 40) }, () => world.act(random));
    const heard = shuffled([...events, ...events.filter(() => random() < 0.4)], random);
    expect(view(hear(before, ...heard)), `seed ${seed}`).toEqual(view(world.load()));
  }
});
