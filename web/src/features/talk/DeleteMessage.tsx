import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatExact } from '@/lib/format';
import { useProblemWords } from '@/lib/problemWords';
import { Confirm } from '@/ui/Confirm';
import { FormProblem } from '@/ui/states';
import { deleteMessage } from './calls';
import type { Message } from './core/shapes';
import { excerpt } from './core/text';
import { store } from './store';
import classes from './Talk.module.css';

interface DeleteMessageProps {
  message: Message;
  onClose: () => void;
}

export function DeleteMessage({ message, onClose }: DeleteMessageProps): ReactNode {
  const { t, i18n } = useTranslation();
  const say = useProblemWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { id, channel_id, seq, version, author, created_at, content } = message;
  const remove = async (): Promise<void> => {
    setBusy(true);
    const result = await deleteMessage(id);
    setBusy(false);
    // Not there any more is what was asked for.
    if (!result.ok && result.problem.status !== 404) return setProblem(say(result.problem));
    const d = { id, channel_id, seq, version: version + 1 };
    store.dispatch({ type: 'event', event: { t: 'MESSAGE_DELETE', d } });
    onClose();
  };
  return (
    <Confirm
      title={t('talk.deleteTitle')}
      text={t('talk.deleteText', {
        name: author.nickname,
        time: formatExact(created_at, i18n.language),
      })}
      action={t('talk.delete')}
      danger
      busy={busy}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <blockquote className={classes.quote}>{excerpt(content, 200)}</blockquote>
      <FormProblem message={problem} />
    </Confirm>
  );
}
