import { type ReactVirtualizer, useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '@/lib/problem';
import { useSession } from '@/lib/session';
import { ErrorPanel, Lines } from '@/ui/states';
import { Announcer } from './Announcer';
import { Beginning } from './Beginning';
import { nothing } from './core/history';
import { ofChannel } from './core/outbox';
import { rows as makeRows, type Row } from './core/rows';
import { type Channel, MANAGE_MESSAGES, may, SEND_MESSAGES } from './core/shapes';
import { loader } from './live';
import { type Author, MessageRow, type RowActions } from './MessageRow';
import { useTalk } from './store';
import classes from './Talk.module.css';
import { ToLatest } from './ToLatest';
import { useNow } from './useNow';
import { useReading } from './useReading';
import { useRowFocus } from './useRowFocus';

// What stands above the first message has one height, whatever it says, so that nothing below moves.
const HEAD_PX = 112;
// Older messages are asked for this many rows before they are needed.
const AHEAD = 12;
const AT_END_PX = 80;

interface MessageListProps extends RowActions {
  channel: Channel;
  userId: string;
  editing: string | null;
  onWrite: () => void;
}

const sameList = <T,>(a: T[], b: T[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

/** Loaded messages and those on their way, oldest first; endless upwards. It never jumps. */
export function MessageList(props: MessageListProps): ReactNode {
  const { channel, userId, editing, onWrite } = props;
  const { t } = useTranslation();
  const channelId = channel.id;
  const history = useTalk((state) => state.histories.get(channelId) ?? nothing);
  const loading = useTalk((state) => state.loading.get(channelId));
  const outgoing = useTalk((state) => ofChannel(state.outbox, channelId), sameList);
  const sentAs = useTalk((state) => state.sentAs);
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(false);
  const nobodySpoke = history.loaded && history.messages.length === 0;
  const mark = useReading(channelId, atEnd || nobodySpoke);
  const rows = useMemo(
    () => makeRows({ messages: history.messages, outgoing, userId, mark, sentAs }),
    [history.messages, outgoing, userId, mark, sentAs],
  );
  const focus = useRowFocus(rows);
  const virtual = useRows(scroller, rows, [focus.key, editing && (sentAs.get(editing) ?? editing)]);
  const items = virtual.getVirtualItems();
  const started = useStart(virtual, rows, history.loaded);
  const near = started && (items[0]?.index ?? 0) < AHEAD;
  useOlder(channelId, near && loading?.problem === undefined, rows.length);
  useOwnToEnd(virtual, outgoing.length);
  const onScroll = (): void => {
    const { current } = scroller;
    if (current && started) setAtEnd(distanceFromEnd(current) < AT_END_PX);
  };
  // Rows that came while one looks higher up make the way to the end longer without any scrolling.
  useEffect(onScroll);
  const now = useNow(30_000);
  const authorOf = useAuthors(userId);
  if (!history.loaded && loading?.problem)
    return (
      <div className={classes.messages}>
        <ErrorPanel
          error={new ProblemError(loading.problem)}
          retry={() => void loader.open(channelId)}
        />
      </div>
    );
  if (!history.loaded)
    return (
      <div className={classes.messages} data-start>
        <Lines count={6} height={40} />
      </div>
    );
  return (
    <div className={classes.around}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the messages in it */}
      <div
        ref={scroller}
        className={classes.messages}
        onScroll={onScroll}
        onKeyDown={(event) => focus.onKeyDown(event, virtual, onWrite)}
      >
        <div>
          <div className={classes.sheet} ref={virtual.containerRef}>
            <div className={classes.above} style={{ height: HEAD_PX }}>
              <Beginning
                channel={channel}
                history={history}
                loading={loading}
                empty={rows.length === 0}
              />
            </div>
            <ol aria-label={t('talk.messages', { name: channel.name })}>
              {items.map((item) => {
                const row = rows[item.index];
                if (!row) return null;
                const { message } = row;
                const own = (message?.author.id ?? userId) === userId;
                return (
                  <li
                    key={item.key}
                    ref={virtual.measureElement}
                    data-index={item.index}
                    className={classes.row}
                    onMouseEnter={() => focus.hover(row.key)}
                    onMouseLeave={() => focus.hover(null)}
                    onFocus={() => focus.enter(row.key)}
                    onBlur={({ currentTarget, relatedTarget }) => {
                      if (!currentTarget.contains(relatedTarget)) focus.leave(row.key);
                    }}
                  >
                    <MessageRow
                      row={row}
                      author={authorOf(row)}
                      now={now}
                      active={focus.active === row.key}
                      editing={editing !== null && message?.id === editing}
                      tabStop={focus.stop === row.key}
                      mayEdit={own && may(channel.permissions, SEND_MESSAGES)}
                      mayDelete={own || may(channel.permissions, MANAGE_MESSAGES)}
                      onEdit={props.onEdit}
                      onDelete={props.onDelete}
                    />
                  </li>
                );
              })}
            </ol>
          </div>
        </div>
      </div>
      {started && !atEnd && (
        <ToLatest channelId={channelId} mark={mark} onClick={() => virtual.scrollToEnd()} />
      )}
      <Announcer messages={history.messages} userId={userId} />
    </div>
  );
}

const distanceFromEnd = (element: HTMLElement): number =>
  element.scrollHeight - element.scrollTop - element.clientHeight;

type Rows = ReactVirtualizer<HTMLDivElement, HTMLLIElement>;

/** `kept`: rows that stay on the page wherever one scrolls, as they have the focus. */
function useRows(
  scroller: React.RefObject<HTMLDivElement | null>,
  rows: Row[],
  kept: (string | null)[],
): Rows {
  return useVirtualizer<HTMLDivElement, HTMLLIElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.first ? 62 : 30),
    getItemKey: (index) => rows[index]?.key ?? index,
    paddingStart: HEAD_PX,
    paddingEnd: 12,
    overscan: 10,
    // Where a row stands is written with the scroll position, not a render later.
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan);
      const to = Math.min(count - 1, endIndex + overscan);
      const shown = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      const more = kept
        .map((key) => (key === null ? -1 : rows.findIndex((row) => row.key === key)))
        .filter((index) => index >= 0 && (index < from || index > to));
      return [...new Set([...shown, ...more])].sort((a, b) => a - b);
    },
  });
}

function useOlder(channelId: string, near: boolean, count: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page that came may call for the next
  useEffect(() => {
    if (near) void loader.older(channelId);
  }, [near, count, channelId]);
}

/** Opens at what is new, else at the end. True when it stands there: until then nothing is put above. */
function useStart(virtual: Rows, rows: Row[], loaded: boolean): boolean {
  const [state, setState] = useState<'before' | 'going' | 'there'>('before');
  const ready = loaded && rows.length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, with the first rows
  useLayoutEffect(() => {
    if (!ready || state !== 'before') return;
    setState('going');
    const newFrom = rows.findIndex((row) => row.isNew);
    if (newFrom >= 0) virtual.scrollToIndex(newFrom, { align: 'center' });
    else virtual.scrollToEnd();
  }, [ready, state]);
  const still = state === 'going' && !virtual.isScrolling;
  useEffect(() => {
    if (!still) return;
    // The rows are measured in one frame and put in their places in the next.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setState('there'));
    });
    return () => cancelAnimationFrame(frame);
  }, [still]);
  return state === 'there';
}

/** What one has just sent is looked at, wherever one was. */
function useOwnToEnd(virtual: Rows, count: number): void {
  const before = useRef(count);
  useEffect(() => {
    if (count > before.current) virtual.scrollToEnd();
    before.current = count;
  }, [count, virtual]);
}

function useAuthors(userId: string): (row: Row) => Author {
  const { me } = useSession();
  const self = useMemo(
    (): Author => ({
      id: userId,
      nickname: me?.nickname ?? '',
      ...(me?.picture_url && { picture_url: me.picture_url }),
    }),
    [userId, me],
  );
  return (row) => row.message?.author ?? self;
}
