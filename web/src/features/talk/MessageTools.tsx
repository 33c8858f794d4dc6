import { IconCheck, IconCopy, IconPencil, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from './core/shapes';
import type { RowActions } from './MessageRow';
import classes from './Talk.module.css';

interface MessageToolsProps extends RowActions {
  message: Message;
  mayEdit: boolean;
  mayDelete: boolean;
}

export function MessageTools(props: MessageToolsProps): ReactNode {
  const { t } = useTranslation();
  const { message } = props;
  return (
    <div className={classes.tools} role="toolbar" aria-label={t('talk.actions')}>
      <Copy text={message.content} />
      {props.mayEdit && (
        <button
          type="button"
          aria-label={t('talk.edit')}
          title={t('talk.edit')}
          onClick={() => props.onEdit(message.id)}
        >
          <IconPencil size={16} />
        </button>
      )}
      {props.mayDelete && (
        <button
          type="button"
          aria-label={t('talk.delete')}
          title={t('talk.delete')}
          onClick={() => props.onDelete(message)}
        >
          <IconTrash size={16} />
        </button>
      )}
    </div>
  );
}

function Copy({ text }: { text: string }): ReactNode {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <button
      type="button"
      aria-label={copied ? t('copied') : t('talk.copyText')}
      title={t('talk.copyText')}
      onClick={() => void copy()}
    >
      {copied ? <IconCheck size={16} className="ok" /> : <IconCopy size={16} />}
    </button>
  );
}
