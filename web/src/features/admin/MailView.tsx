import { Button, Skeleton } from '@mantine/core';
import { IconArrowLeft, IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mail } from '@/lib/shapes';
import { Time } from '@/ui/bits';
import { ErrorPanel } from '@/ui/states';
import { TabPanel, Tabs } from '@/ui/Tabs';
import { framed } from './frame';
import { linked } from './links';
import classes from './Mails.module.css';
import { MailState } from './MailsPage';
import { mail as mailQuery } from './queries';

export function MailView({ mailId }: { mailId: string }): ReactNode {
  const { data, error, isPending, refetch } = useQuery(mailQuery(mailId));
  if (isPending) return <Skeleton height={320} m="md" />;
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  return <Loaded mail={data} />;
}

type TabName = 'html' | 'text';

function Loaded({ mail }: { mail: Mail }): ReactNode {
  const { t } = useTranslation();
  const [tab, setTab] = useState<TabName>('text');
  const pieces = linked(mail.text ?? '');
  const link = pieces.find((piece) => piece.href)?.href;
  return (
    <article className={classes.mail}>
      <header className={classes.mailHead}>
        <Link to="/admin/mails" className={`link sm ${classes.back}`}>
          <IconArrowLeft size={15} /> {t('mails.back')}
        </Link>
        <h2>{mail.subject}</h2>
        <div className="row wrap sm dim">
          <span>
            {t('mails.to')} {mail.to}
          </span>
          <span>·</span>
          <Time at={mail.sent_at ?? mail.created_at} />
          <MailState mail={mail} />
          {mail.attempts > 0 && mail.status !== 'kept' && (
            <span className="faint">{t('mails.attempts', { count: mail.attempts })}</span>
          )}
        </div>
        {link && (
          <Button component="a" href={link} mt="sm" leftSection={<IconExternalLink size={16} />}>
            {t('mails.link')}
          </Button>
        )}
        {mail.error && <p className="bad sm">{mail.error}</p>}
      </header>
      <div className={classes.tabs}>
        <Tabs
          id="mail"
          label={mail.subject}
          here={tab}
          onChange={setTab}
          items={[
            { key: 'text', label: t('mails.text') },
            { key: 'html', label: t('mails.html') },
          ]}
        />
      </div>
      <TabPanel id="mail" name="text" here={tab === 'text'} className={classes.text}>
        {pieces.map((piece) =>
          piece.href ? (
            <a key={piece.at} href={piece.href} className="link">
              {piece.text}
            </a>
          ) : (
            <span key={piece.at}>{piece.text}</span>
          ),
        )}
      </TabPanel>
      <TabPanel id="mail" name="html" here={tab === 'html'} className={classes.frame}>
        {/* No scripts, no forms, no origin of ours; a link opens in the whole window. */}
        <iframe
          title={t('mails.frame')}
          sandbox="allow-top-navigation-by-user-activation"
          srcDoc={framed(mail.html ?? '')}
        />
      </TabPanel>
    </article>
  );
}
