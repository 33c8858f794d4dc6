// How the list of messages scrolls: what of it is on the page, and where one is in it.
import {
  type RefObject,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { Message } from './core/shapes';
import { around, cut, everything, latest, type Span } from './core/span';
import { Still } from './still';

// Older messages are asked for this many messages before they are needed.
const AHEAD = 30;

interface StillList {
  scroller: RefObject<HTMLDivElement | null>;
  sheet: RefObject<HTMLDivElement | null>;
  list: RefObject<HTMLOListElement | null>;
  span: Span;
  /** The newest message is on the screen. */
  atEnd: boolean;
  /** One is close to the oldest message that is loaded. */
  nearBegin: boolean;
  onScroll: () => void;
  toEnd: () => void;
}

/** Opens at the row with `data-new`, else at the end. `grow`: nothing may leave the page. */
export function useStill(messages: Message[], grow: boolean): StillList {
  const scroller = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const still = useRef<Still>(null);
  const [span, setSpan] = useState(everything);
  const [atEnd, setAtEnd] = useState(false);
  const [nearBegin, setNearBegin] = useState(false);
  const goToEnd = useRef(false);
  const open = span.to === everything.to;

  const look = (at: Still): void => {
    const index = cut(messages, span).first + at.first;
    setAtEnd(at.atEnd);
    setNearBegin(index < AHEAD);
    setSpan(around(messages, span, index, grow));
  };
  const hold = useEffectEvent(() => {
    if (!still.current) return;
    still.current.hold(open);
    look(still.current);
  });
  useLayoutEffect(() => {
    if (!still.current) still.current = begin(scroller.current, list.current);
    hold();
    if (open && goToEnd.current) still.current?.toEnd();
    goToEnd.current = false;
  });
  useEffect(() => {
    // Heights that change without React: a picture, a font, a narrower window.
    const observer = new ResizeObserver(() => hold());
    for (const each of [scroller.current, sheet.current]) if (each) observer.observe(each);
    return () => observer.disconnect();
  }, []);
  return {
    scroller,
    sheet,
    list,
    span,
    atEnd,
    nearBegin,
    onScroll: () => {
      still.current?.scrolled();
      if (still.current) look(still.current);
    },
    toEnd: () => {
      goToEnd.current = !open;
      if (!open) setSpan(latest(messages));
      else if (still.current) {
        still.current.toEnd();
        look(still.current);
      }
    },
  };
}

function begin(scroller: HTMLElement | null, list: HTMLElement | null): Still | null {
  if (!scroller || !list) return null;
  const still = new Still(scroller, list);
  const firstNew = list.querySelector(':scope > [data-new]');
  if (firstNew) still.center(firstNew);
  return still;
}
