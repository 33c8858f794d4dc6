import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/lib/session';
import type { Mail } from '@/lib/shapes';
import { Chip, Time } from '@/ui/bits';
import { Page } from '@/ui/Page';
import { Empty, ErrorPanel, Lines } from '@/ui/states';
import classes from './Mails.module.css';
import { MailView } from './MailView';
import { mails } from './queries';

/** The mails at the left, the chosen one at the right; on a phone one or the other. */
export function MailsPage(): ReactNode {
  const { t } = useTranslation();
  const { mail: chosen } = useSearch({ from: '/admin/mails' });
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } =
    useInfiniteQuery(mails);
  const { me, pending } = useSession();
  const all = data?.pages.flatMap((each) => each.mails) ?? [];
  if (error)
    return (
      <Page title={t('mails.title')} width="form">
        <ErrorPanel whole error={error} retry={() => void refetch()} />
      </Page>
    );
  return (
    <Page title={t('mails.title')} width="fill">
      <div className={classes.mails} data-chosen={chosen !== undefined || undefined}>
        <section className={classes.list} aria-label={t('mails.all')}>
          <h1 className={classes.title}>{t('mails.title')}</h1>
          {!pending && !me && <p className={classes.open}>{t('mails.open')}</p>}
          {isPending && <Lines />}
          {data && all.length === 0 && (
            <Empty drawing="letter" title={t('mails.none')}>
              {t('mails.noneWhy')}
            </Empty>
          )}
          <ul>
            {all.map((each) => (
              <Row key={each.id} mail={each} here={each.id === chosen} />
            ))}
          </ul>
          {hasNextPage && (
            <Button
              variant="default"
              m="md"
              loading={isFetchingNextPage}
              onClick={() => void fetchNextPage()}
            >
              {t('more')}
            </Button>
          )}
        </section>
        <section className={classes.view}>
          {chosen ? (
            <MailView key={chosen} mailId={chosen} />
          ) : (
            <Empty drawing="letter" title={t('mails.choose')} />
          )}
        </section>
      </div>
    </Page>
  );
}

function Row({ mail, here }: { mail: Mail; here: boolean }): ReactNode {
  return (
    <li>
      <Link
        to="/admin/mails"
        search={{ mail: mail.id }}
        className={classes.row}
        data-here={here || undefined}
        aria-current={here || undefined}
      >
        <span className="row">
          <span className="grow cut b">{mail.subject}</span>
          <span className="xs faint">
            <Time at={mail.created_at} />
          </span>
        </span>
        <span className="row">
          <span className="grow cut sm dim">{mail.to}</span>
          <MailState mail={mail} />
        </span>
      </Link>
    </li>
  );
}

const TONES = { sent: 'ok', kept: 'acc', failed: 'bad', dropped: 'warn' } as const;

export function MailState({ mail }: { mail: Mail }): ReactNode {
  const { t } = useTranslation();
  const tone = TONES[mail.status as keyof typeof TONES] ?? 'plain';
  return <Chip tone={tone}>{t(`mails.state.${mail.status}` as 'mails.state.sent')}</Chip>;
}
