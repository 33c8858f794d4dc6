import { Button, TextInput } from '@mantine/core';
import { IconSearch, IconUsers } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '@/lib/problemWords';
import { queryClient } from '@/lib/queries';
import { useSession } from '@/lib/session';
import { Page } from '@/ui/Page';
import { Empty, ErrorPanel, FormProblem, Lines, SignInPanel } from '@/ui/states';
import { CreateServer } from './CreateServer';
import { discovery, joinServer } from './calls';
import type { Server } from './core/shapes';
import { goLive } from './live';
import { ServerRail } from './ServerRail';
import { useTalk } from './store';
import classes from './Talk.module.css';
import { useEnter } from './useEnter';

export function DiscoverPage(): ReactNode {
  const { t } = useTranslation();
  const { me, pending } = useSession();
  useEffect(() => {
    if (me) goLive(me.id);
  }, [me]);
  const crumbs = [{ label: t('talk.title'), to: '/talk' }];
  if (!pending && !me)
    return (
      <Page title={t('talk.discover')} crumbs={crumbs} width="form">
        <SignInPanel whole />
      </Page>
    );
  return (
    <Page title={t('talk.discover')} crumbs={crumbs} width="fill">
      <div className={classes.talk} data-pane="page">
        <ServerRail here={undefined} />
        <section className={classes.page}>
          <div className={classes.discover}>{me ? <Discovery /> : <Lines />}</div>
        </section>
      </div>
    </Page>
  );
}

// While one types, the server is asked for what is typed now and then, not for each letter.
const TYPING_MS = 250;

function useQueryText(): [string, string, (text: string) => void] {
  const { q = '' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [text, setText] = useState(q);
  useEffect(() => {
    if (text.trim() === q) return;
    const timer = setTimeout(() => {
      const search = text.trim() ? { q: text.trim() } : {};
      void navigate({ to: '/talk/discover', search, replace: true });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, q, navigate]);
  return [q, text, setText];
}

function Discovery(): ReactNode {
  const { t } = useTranslation();
  const [q, text, setText] = useQueryText();
  const [creating, setCreating] = useState(false);
  const query = useInfiniteQuery({ ...discovery(q), placeholderData: keepPreviousData });
  const servers = query.data?.pages.flatMap((page) => page.servers) ?? [];
  const count = servers.length;
  return (
    <>
      <div className={classes.discoverHead}>
        <h1 className="grow">{t('talk.discover')}</h1>
        <Button variant="default" onClick={() => setCreating(true)}>
          {t('talk.create')}
        </Button>
      </div>
      <TextInput
        type="search"
        aria-label={t('talk.search')}
        placeholder={t('talk.search')}
        leftSection={<IconSearch size={15} />}
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <p role="status" className="xs faint num">
        {query.data &&
          (query.hasNextPage ? t('talk.foundMore', { count }) : t('talk.found', { count }))}
      </p>
      {query.isPending && <Lines height={96} count={3} />}
      {query.error && <ErrorPanel error={query.error} retry={() => void query.refetch()} />}
      {query.data && count === 0 && (
        <Empty
          drawing={q ? 'nothing' : 'shelf'}
          title={q ? t('talk.noneFound') : t('talk.noServers')}
        >
          {q ? t('talk.noneFoundWhy') : t('talk.noServersWhy')}
        </Empty>
      )}
      <ul className={classes.cards}>
        {servers.map((server) => (
          <li key={server.id} className="card">
            <ServerCard server={server} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
      {creating && <CreateServer onClose={() => setCreating(false)} />}
    </>
  );
}

function ServerCard({ server }: { server: Server }): ReactNode {
  const { t } = useTranslation();
  const enter = useEnter();
  const say = useProblemWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const member = useTalk((state) =>
    state.known ? state.servers.some((each) => each.id === server.id) : server.member,
  );
  const { id, name, description } = server;
  const join = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const result = await joinServer(id);
    setBusy(false);
    if (!result.ok) return setProblem(say(result.problem));
    void queryClient.invalidateQueries({ queryKey: ['talk', 'discover'] });
    await enter(result.value);
  };
  return (
    <article className={classes.card}>
      <h2 className="cut">{name}</h2>
      <p className="sm dim grow">{description}</p>
      <FormProblem message={problem} />
      <div className="row">
        <span className="row xs faint num grow">
          <IconUsers size={14} />
          {t('talk.memberCount', { count: server.member_count })}
        </span>
        {member ? (
          <Button
            component={Link}
            to={`/talk/${id}`}
            variant="default"
            aria-label={t('talk.openNamed', { name })}
          >
            {t('talk.open')}
          </Button>
        ) : (
          <Button
            loading={busy}
            onClick={() => void join()}
            aria-label={t('talk.joinNamed', { name })}
          >
            {t('talk.join')}
          </Button>
        )}
      </div>
    </article>
  );
}
