import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from './core/shapes';
import { excerpt } from './core/text';
import classes from './Talk.module.css';

interface AnnouncerProps {
  messages: Message[];
  userId: string;
}

/** A screen reader hears what others say while one is in the channel, and not what is merely scrolled to. */
export function Announcer({ messages, userId }: AnnouncerProps): ReactNode {
  const { t } = useTranslation();
  const [words, say] = useState('');
  const last = messages.at(-1);
  const heard = useRef(last?.seq ?? 0);
  useEffect(() => {
    if (!last || last.seq <= heard.current) return;
    heard.current = last.seq;
    if (last.author.id === userId) return;
    say(t('talk.said', { name: last.author.nickname, text: excerpt(last.content, 200) }));
  }, [last, userId, t]);
  return (
    <div className={classes.silent} aria-live="polite">
      {words}
    </div>
  );
}
