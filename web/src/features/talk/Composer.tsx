import { ActionIcon } from '@mantine/core';
import { IconSend2 } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Channel } from './core/shapes';
import { LIMIT, lengthOf, outgoingText } from './core/text';
import { draftOf, keepDraft } from './drafts';
import { GrowingField } from './GrowingField';
import { sender } from './live';
import classes from './Talk.module.css';

// From here on it is told how much is left.
const NEAR = 200;

interface ComposerProps {
  ref: Ref<HTMLTextAreaElement>;
  channel: Channel;
  userId: string;
  onEditLast: () => void;
}

export function Composer({ ref, channel, userId, onEditLast }: ComposerProps): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState(() => draftOf(userId, channel.id));
  const change = (next: string): void => {
    setText(next);
    keepDraft(userId, channel.id, next);
  };
  const message = outgoingText(text);
  const left = LIMIT - lengthOf(message);
  const sendable = message !== '' && left >= 0;
  const send = (): void => {
    if (!sendable) return;
    sender.compose(channel.id, message);
    change('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) send();
    else if (event.key === 'ArrowUp' && text === '') onEditLast();
    else return;
    event.preventDefault();
  };
  return (
    <div className={classes.composer}>
      <div className={classes.write} data-wrong={left < 0 || undefined}>
        <GrowingField
          ref={ref}
          value={text}
          onChange={change}
          onKeyDown={onKeyDown}
          aria-label={t('talk.write', { name: channel.name })}
          placeholder={t('talk.write', { name: channel.name })}
          aria-invalid={left < 0}
          aria-describedby="composer-count"
        />
        <ActionIcon
          variant="filled"
          color="accent"
          size={30}
          disabled={!sendable}
          aria-label={t('talk.send')}
          onClick={send}
        >
          <IconSend2 size={16} />
        </ActionIcon>
      </div>
      <div id="composer-count" role="status" className={`${classes.count} num`}>
        {left < 0 ? (
          <span className="bad">{t('talk.over', { count: -left })}</span>
        ) : (
          left <= NEAR && t('talk.left', { count: left })
        )}
      </div>
    </div>
  );
}
