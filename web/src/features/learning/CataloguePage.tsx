import { Button, NativeSelect, Skeleton, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languageName } from '@/lib/content';
import { readFilters } from '@/lib/filters';
import { type ModuleFilters, modules } from '@/lib/queries';
import { useSession } from '@/lib/session';
import { ModuleCard } from '@/ui/ModuleCard';
import { Page } from '@/ui/Page';
import { Empty, ErrorPanel } from '@/ui/states';
import classes from './Catalogue.module.css';

/** All courses, with filters that the address keeps. */
export function CataloguePage(): ReactNode {
  const { t } = useTranslation();
  const filters = useSearch({ from: '/learn' });
  const { data, isPending, error, refetch } = useQuery({
    ...modules(filters),
    placeholderData: keepPreviousData,
  });
  const filtered = Object.keys(filters).length > 0;
  return (
    <Page title={t('learn.title')}>
      <h1 className={classes.title}>{t('learn.title')}</h1>
      <Filters filters={filters} />
      <p role="status" className={classes.count}>
        {data ? t('learn.found', { count: data.modules.length }) : ''}
      </p>
      {error && <ErrorPanel error={error} retry={() => void refetch()} />}
      <div className={classes.cards}>
        {isPending && [1, 2, 3, 4].map((each) => <Skeleton key={each} height={172} radius={12} />)}
        {data?.modules.map((each) => (
          <ModuleCard key={each.id} module={each} />
        ))}
      </div>
      {data?.modules.length === 0 && <None filtered={filtered} />}
    </Page>
  );
}

function None({ filtered }: { filtered: boolean }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (!filtered)
    return (
      <Empty drawing="shelf" title={t('learn.empty')}>
        {t('learn.emptyWhy')}
      </Empty>
    );
  return (
    <Empty
      drawing="nothing"
      title={t('learn.none')}
      action={
        <Button variant="default" onClick={() => void navigate({ to: '/learn', search: {} })}>
          {t('learn.clear')}
        </Button>
      }
    >
      {t('learn.noneWhy')}
    </Empty>
  );
}

function Filters({ filters }: { filters: ModuleFilters }): ReactNode {
  const { t } = useTranslation();
  const { me } = useSession();
  const navigate = useNavigate();
  const all = useQuery(modules()).data?.modules ?? [];
  const tags = [...new Set(all.flatMap((each) => each.tags))].sort();
  const languages = [...new Set(all.flatMap((each) => each.languages))].sort();
  const change = (part: Record<string, string>): void =>
    void navigate({
      to: '/learn',
      search: readFilters({ ...filters, ...part }),
      replace: true,
      resetScroll: false,
    });
  const options = (any: string, values: [string, string][]): { value: string; label: string }[] => [
    { value: '', label: any },
    ...values.map(([value, label]) => ({ value, label })),
  ];
  return (
    <search className={classes.filters}>
      <Words q={filters.q ?? ''} onChange={(q) => change({ q })} />
      <NativeSelect
        aria-label={t('learn.language')}
        value={filters.language ?? ''}
        onChange={(event) => change({ language: event.currentTarget.value })}
        data={options(
          t('learn.anyLanguage'),
          languages.map((each) => [each, languageName(each)]),
        )}
      />
      <NativeSelect
        aria-label={t('learn.difficulty')}
        value={filters.difficulty ?? ''}
        onChange={(event) => change({ difficulty: event.currentTarget.value })}
        data={options(t('learn.anyDifficulty'), [
          ['easy', t('difficulty.easy')],
          ['medium', t('difficulty.medium')],
          ['hard', t('difficulty.hard')],
        ])}
      />
      <NativeSelect
        aria-label={t('learn.tag')}
        value={filters.tag ?? ''}
        onChange={(event) => change({ tag: event.currentTarget.value })}
        data={options(
          t('learn.anyTag'),
          tags.map((each) => [each, each]),
        )}
      />
      {me && (
        <Switch
          label={t('learn.onlyNew')}
          checked={filters.state === 'new'}
          onChange={(event) => change({ state: event.currentTarget.checked ? 'new' : '' })}
        />
      )}
    </search>
  );
}

function Words({ q, onChange }: { q: string; onChange: (q: string) => void }): ReactNode {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(q);
  const later = useDebouncedCallback(onChange, 250);
  useEffect(() => setTyped(q), [q]);
  return (
    <TextInput
      type="search"
      aria-label={t('learn.search')}
      placeholder={t('learn.search')}
      leftSection={<IconSearch size={16} />}
      className={classes.words ?? ''}
      maxLength={100}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}
