import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/lib/session';
import { Announcer } from './Announcer';
import { Beginning } from './Beginning';
import type { History } from './core/history';
import { ofChannel } from './core/outbox';
import { keepSame, rows as makeRows, type Row } from './core/rows';
import { type Channel, MANAGE_MESSAGES, may, SEND_MESSAGES } from './core/shapes';
import { loader } from './live';
import { type Author, MessageRow, type RowActions } from './MessageRow';
import { useTalk } from './store';
import classes from './Talk.module.css';
import { ToLatest } from './ToLatest';
import { useNow } from './useNow';
import { useReading } from './useReading';
import { useRowFocus } from './useRowFocus';
import { useStill } from './useStill';

export interface MessagesProps extends RowActions {
  channel: Channel;
  userId: string;
  editing: string | null;
  onWrite: () => void;
}

const sameList = <T,>(a: T[], b: T[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

/** Loaded messages and those on their way, oldest first; endless upwards. */
export function Messages({ history, ...props }: MessagesProps & { history: History }): ReactNode {
  const { channel, userId, editing, onWrite } = props;
  const { messages } = history;
  const { t } = useTranslation();
  const loading = useTalk((state) => state.loading.get(channel.id));
  const outgoing = useTalk((state) => ofChannel(state.outbox, channel.id), sameList);
  const still = useStill(messages, editing !== null);
  const mark = useReading(channel.id, still.atEnd);
  const sentAs = useTalk((state) => state.sentAs);
  const rows = useRows({ messages, span: still.span, outgoing, userId, mark, sentAs });
  const focus = useRowFocus(rows);
  const authorOf = useAuthors(userId);
  const now = useNow(30_000);
  useOlder(channel.id, still.nearBegin && loading?.problem === undefined, messages.length);
  useOwnToEnd(outgoing.length, still.toEnd);
  return (
    <div className={classes.around}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the messages in it */}
      <div
        ref={still.scroller}
        className={classes.messages}
        onScroll={still.onScroll}
        onKeyDown={(event) => focus.onKeyDown(event, onWrite)}
      >
        <div ref={still.sheet} className={classes.sheet}>
          {still.span.from === 0 && (
            <Beginning
              channel={channel}
              history={history}
              loading={loading}
              empty={rows.length === 0}
            />
          )}
          <ol ref={still.list} aria-label={t('talk.messages', { name: channel.name })}>
            {rows.map((row) => {
              const { key, message } = row;
              const own = (message?.author.id ?? userId) === userId;
              return (
                <li
                  key={key}
                  data-new={row.isNew || undefined}
                  onMouseEnter={() => focus.hover(key)}
                  onMouseLeave={() => focus.hover(null)}
                  onFocus={() => focus.enter(key)}
                  onBlur={({ currentTarget, relatedTarget }) => {
                    if (!currentTarget.contains(relatedTarget)) focus.leave(key);
                  }}
                >
                  <MessageRow
                    row={row}
                    author={authorOf(row)}
                    now={now}
                    active={focus.active === key}
                    editing={editing !== null && message?.id === editing}
                    tabStop={focus.stop === key}
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
      {!still.atEnd && <ToLatest channelId={channel.id} mark={mark} onClick={still.toEnd} />}
      <Announcer messages={messages} userId={userId} />
    </div>
  );
}

function useRows(input: Parameters<typeof makeRows>[0]): Row[] {
  const last = useRef<Row[]>([]);
  const { messages, span, outgoing, userId, mark, sentAs } = input;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parts of `input`
  const rows = useMemo(
    () => keepSame(last.current, makeRows(input)),
    [messages, span, outgoing, userId, mark, sentAs],
  );
  last.current = rows;
  return rows;
}

function useOlder(channelId: string, near: boolean, count: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page that came may call for the next
  useEffect(() => {
    if (near) void loader.older(channelId);
  }, [near, count, channelId]);
}

/** What one has just sent is looked at, wherever one was. */
function useOwnToEnd(count: number, toEnd: () => void): void {
  const before = useRef(count);
  useLayoutEffect(() => {
    if (count > before.current) toEnd();
    before.current = count;
  }, [count, toEnd]);
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
