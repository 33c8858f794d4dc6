import { Button, VisuallyHidden } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '@/lib/format';
import { api, attempt } from '@/lib/http';
import { useProblemWords } from '@/lib/problemWords';
import { queryClient } from '@/lib/queries';
import type { CreatedToken, Token } from '@/lib/shapes';
import { Chip, Time } from '@/ui/bits';
import { Confirm } from '@/ui/Confirm';
import { Page } from '@/ui/Page';
import { Empty, ErrorPanel, FormProblem, Lines } from '@/ui/states';
import table from '@/ui/Table.module.css';
import { NewToken } from './NewToken';
import { tokens } from './queries';
import { ShownToken } from './ShownToken';

export function TokensPage(): ReactNode {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(tokens);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<CreatedToken>();
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {t('tokens.new')}
    </Button>
  );
  return (
    <Page title={t('tokens.title')} width="wide">
      <div className={table.head}>
        <div className="grow">
          <h1 className={table.title}>{t('tokens.title')}</h1>
          <p className={table.text}>{t('tokens.text')}</p>
        </div>
        {data && data.tokens.length > 0 && create}
      </div>
      {isPending && <Lines count={3} />}
      {error && <ErrorPanel error={error} retry={() => void refetch()} />}
      {data?.tokens.length === 0 && (
        <Empty drawing="key" title={t('tokens.none')} action={create}>
          {t('tokens.noneWhy')}
        </Empty>
      )}
      {data && data.tokens.length > 0 && <List list={data.tokens} />}
      {making && (
        <NewToken
          onClose={() => setMaking(false)}
          onMade={(token) => {
            setMaking(false);
            setMade(token);
            void queryClient.invalidateQueries({ queryKey: tokens.queryKey });
          }}
        />
      )}
      {made && <ShownToken token={made.token} onClose={() => setMade(undefined)} />}
    </Page>
  );
}

function List({ list }: { list: Token[] }): ReactNode {
  const { t } = useTranslation();
  const [revoking, setRevoking] = useState<Token>();
  return (
    <div className={`card ${table.box}`}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('tokens.name')}</th>
            <th scope="col">{t('tokens.scopes')}</th>
            <th scope="col" className="hide-s">
              {t('tokens.created')}
            </th>
            <th scope="col" className="hide-s">
              {t('tokens.used')}
            </th>
            <th scope="col" className="hide-s">
              {t('tokens.expires')}
            </th>
            <th scope="col">
              <VisuallyHidden>{t('tokens.revoke')}</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((each) => (
            <Row key={each.id} token={each} onRevoke={() => setRevoking(each)} />
          ))}
        </tbody>
      </table>
      {revoking && <Revoke token={revoking} onClose={() => setRevoking(undefined)} />}
    </div>
  );
}

function Row({ token, onRevoke }: { token: Token; onRevoke: () => void }): ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <tr>
      <td className="b">{token.name}</td>
      <td>
        <span className="row wrap" style={{ gap: 4 }}>
          {token.scopes.map((scope) => (
            <Chip key={scope}>{scope}</Chip>
          ))}
        </span>
      </td>
      <td className="dim sm hide-s">
        <Time at={token.created_at} />
      </td>
      <td className="dim sm hide-s">
        {token.used_at ? <Time at={token.used_at} /> : t('tokens.neverUsed')}
      </td>
      <td className="dim sm hide-s">
        {token.expires_at ? formatDay(token.expires_at, i18n.language) : t('tokens.never')}
      </td>
      <td className={table.right}>
        <Button
          size="xs"
          variant="default"
          aria-label={t('tokens.revokeNamed', { name: token.name })}
          onClick={onRevoke}
        >
          {t('tokens.revoke')}
        </Button>
      </td>
    </tr>
  );
}

function Revoke({ token, onClose }: { token: Token; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState<string>();
  const revoke = async (): Promise<void> => {
    setBusy(true);
    const result = await attempt(
      api.DELETE('/api/v1/tokens/{token_id}', { params: { path: { token_id: token.id } } }),
    );
    setBusy(false);
    if (!result.ok) return setMessage(say(result.problem));
    await queryClient.invalidateQueries({ queryKey: tokens.queryKey });
    onClose();
  };
  return (
    <Confirm
      title={t('tokens.revokeTitle', { name: token.name })}
      text={t('tokens.revokeText')}
      action={t('tokens.revoke')}
      danger
      busy={busy}
      onConfirm={() => void revoke()}
      onClose={onClose}
    >
      <FormProblem message={message} />
    </Confirm>
  );
}
