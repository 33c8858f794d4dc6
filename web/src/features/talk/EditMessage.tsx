import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '@/lib/problemWords';
import { editMessage } from './calls';
import type { Message } from './core/shapes';
import { LIMIT, lengthOf, outgoingText } from './core/text';
import { GrowingField } from './GrowingField';
import { store } from './store';
import classes from './Talk.module.css';

interface EditMessageProps {
  message: Message;
  onDone: () => void;
  /** Nothing is left of the text. */
  onEmpty: () => void;
}

export function EditMessage({ message, onDone, onEmpty }: EditMessageProps): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(message.content);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    const { current } = field;
    current?.focus({ preventScroll: true });
    current?.setSelectionRange(current.value.length, current.value.length);
  }, []);
  const content = outgoingText(text);
  const over = lengthOf(content) - LIMIT;
  const save = async (): Promise<void> => {
    if (busy || over > 0) return;
    if (content === '') return onEmpty();
    if (content === message.content) return onDone();
    setBusy(true);
    const result = await editMessage(message.id, content);
    setBusy(false);
    if (!result.ok) return setProblem(say(result.problem));
    store.dispatch({ type: 'event', event: { t: 'MESSAGE_UPDATE', d: result.value } });
    onDone();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    event.stopPropagation();
    if (event.key === 'Escape') onDone();
    else if (event.key === 'Enter' && !event.shiftKey) void save();
    else return;
    event.preventDefault();
  };
  return (
    <div className={classes.edit}>
      <div className={classes.write} data-wrong={over > 0 || undefined}>
        <GrowingField
          ref={field}
          value={text}
          onChange={setText}
          onKeyDown={onKeyDown}
          aria-label={t('talk.editLabel')}
          aria-invalid={over > 0}
          aria-describedby="edit-how"
        />
      </div>
      <div id="edit-how" className="xs faint">
        {over > 0 ? (
          <span className="bad">{t('talk.over', { count: over })}</span>
        ) : (
          t('talk.editHow')
        )}
      </div>
      <div role="alert" className="xs bad">
        {problem}
      </div>
    </div>
  );
}
