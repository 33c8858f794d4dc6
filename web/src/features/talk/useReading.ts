// Marks a channel as read when its newest message is seen, and keeps the "new" line where it is of use.
import { useEffect, useRef, useState } from 'react';
import { markRead } from './calls';
import { compareIds, laterId, type ReadState } from './core/shapes';
import { store, useTalk } from './store';

const look = (): boolean => !document.hidden && document.hasFocus();

function usePageSeen(): boolean {
  const [seen, setSeen] = useState(look);
  useEffect(() => {
    const update = (): void => setSeen(look());
    window.addEventListener('focus', update);
    window.addEventListener('blur', update);
    document.addEventListener('visibilitychange', update);
    return () => {
      window.removeEventListener('focus', update);
      window.removeEventListener('blur', update);
      document.removeEventListener('visibilitychange', update);
    };
  }, []);
  return seen;
}

/** `atEnd`: the newest message is on the page. Gives the id after which the "new" line stands. */
export function useReading(channelId: string, atEnd: boolean): string {
  const seen = usePageSeen() && atEnd;
  const newest = useTalk((state) => state.reads.get(channelId)?.last_message_id ?? '0');
  const lastRead = useTalk((state) => state.reads.get(channelId)?.last_read_id ?? '0');
  const loaded = useTalk((state) => state.histories.get(channelId)?.loaded ?? false);
  const [mark, setMark] = useState(lastRead);
  // What comes while one looks is not new, unless something above it still is.
  const [last, setLast] = useState(newest);
  if (newest !== last) {
    setLast(newest);
    if (seen && compareIds(last, mark) <= 0) setMark(newest);
  }
  // The line moves when one turns away, so that it is right when one comes back.
  const wasSeen = useRef(seen);
  useEffect(() => {
    if (wasSeen.current && !seen) setMark(store.state.reads.get(channelId)?.last_read_id ?? '0');
    wasSeen.current = seen;
  }, [seen, channelId]);
  const online = useTalk((state) => state.status === 'ready');
  const [confirmed, setConfirmed] = useState(lastRead);
  const due = compareIds(newest, confirmed) > 0;
  useEffect(() => {
    // Without a connection it would fail; it is done when there is one.
    if (!seen || !loaded || !due || !online) return;
    const read = (state: Partial<ReadState>): void => {
      const d = { channel_id: channelId, ...state } as ReadState;
      store.dispatch({ type: 'event', event: { t: 'CHANNEL_READ', d } });
    };
    read({ last_read_id: newest });
    void markRead(channelId, newest).then((result) => {
      if (!result.ok) return;
      read(result.value);
      setConfirmed((before) => laterId(before, newest));
    });
  }, [seen, loaded, due, online, newest, channelId]);
  return mark;
}
