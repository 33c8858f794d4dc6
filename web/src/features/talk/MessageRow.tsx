import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatExact } from '@/lib/format';
import { Avatar } from '@/ui/bits';
import md from '@/ui/Markdown.module.css';
import MarkdownBody from '@/ui/MarkdownBody';
import type { Row } from './core/rows';
import type { Message } from './core/shapes';
import { clock, dayLine, messageTime } from './core/times';
import { EditMessage } from './EditMessage';
import { MessageTools } from './MessageTools';
import { Outgoing } from './OutgoingState';
import classes from './Talk.module.css';

export interface Author {
  id: string;
  nickname: string;
  picture_url?: string;
}

export interface RowActions {
  onEdit: (messageId: string | null) => void;
  onDelete: (message: Message) => void;
}

interface MessageRowProps extends RowActions {
  row: Row;
  author: Author;
  now: number;
  /** Its tools are shown. */
  active: boolean;
  editing: boolean;
  tabStop: boolean;
  mayEdit: boolean;
  mayDelete: boolean;
}

/** What stands above a message, and the message. */
export const MessageRow: React.NamedExoticComponent<MessageRowProps> = memo(function MessageRow(
  props: MessageRowProps,
): ReactNode {
  const { row, author, now, active, editing, tabStop, mayEdit, mayDelete } = props;
  const { i18n } = useTranslation();
  const { message, outgoing, first, at } = row;
  return (
    <>
      {(row.day || row.isNew) && <Line row={row} now={now} />}
      <article
        className={classes.message}
        data-first={first || undefined}
        data-active={active || undefined}
        data-outgoing={outgoing?.state}
        aria-label={`${author.nickname}, ${formatExact(at, i18n.language)}`}
        tabIndex={tabStop ? 0 : -1}
        data-message={row.key}
      >
        {first ? (
          <Avatar name={author.nickname} picture={author.picture_url} size={36} />
        ) : (
          <span className={classes.gutter} aria-hidden="true">
            {clock(at, i18n.language)}
          </span>
        )}
        <div className={classes.body}>
          {first && <ByLine author={author} at={at} now={now} />}
          {message && editing ? (
            <EditMessage
              message={message}
              onDone={() => props.onEdit(null)}
              onEmpty={() => props.onDelete(message)}
            />
          ) : (
            <Text
              text={message?.content ?? outgoing?.content ?? ''}
              editedAt={message?.edited_at}
            />
          )}
          {outgoing && <Outgoing outgoing={outgoing} />}
        </div>
        {message && active && !editing && (
          <MessageTools
            message={message}
            mayEdit={mayEdit}
            mayDelete={mayDelete}
            onEdit={props.onEdit}
            onDelete={props.onDelete}
          />
        )}
      </article>
    </>
  );
});

function Line({ row, now }: { row: Row; now: number }): ReactNode {
  const { t, i18n } = useTranslation();
  const day = dayLine(row.at, now, i18n.language);
  const words = typeof day === 'string' ? t(`talk.${day}`) : day.date;
  return (
    <div className={classes.line} data-new={row.isNew || undefined}>
      {row.day && <span>{words}</span>}
      {row.isNew && <b>{t('talk.new')}</b>}
    </div>
  );
}

function ByLine({ author, at, now }: { author: Author; at: number; now: number }): ReactNode {
  const { i18n } = useTranslation();
  return (
    <div className={classes.byLine}>
      <b>{author.nickname}</b>
      <time dateTime={new Date(at).toISOString()} title={formatExact(at, i18n.language)}>
        {messageTime(at, now, i18n.language)}
      </time>
    </div>
  );
}

interface TextProps {
  text: string;
  editedAt: number | undefined;
}

const Text = memo(function Text({ text, editedAt }: TextProps): ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <div className={`${md.markdown} ${md.small} ${classes.text}`}>
      <MarkdownBody text={text} plain />
      {editedAt !== undefined && (
        <span
          className="xs faint"
          title={t('talk.editedAt', { time: formatExact(editedAt, i18n.language) })}
        >
          {t('talk.edited')}
        </span>
      )}
    </div>
  );
});
