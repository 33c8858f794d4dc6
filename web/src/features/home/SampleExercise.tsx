import { Button, NativeSelect, Skeleton } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { componentsOf, languageName } from '@/lib/content';
import { api, get } from '@/lib/http';
import { keyNames } from '@/lib/keys';
import { useProblemWords } from '@/lib/problemWords';
import { languages } from '@/lib/queries';
import type { Component, Content } from '@/lib/shapes';
import { useJudge } from '@/lib/useJudge';
import { Keys } from '@/ui/bits';
import type { Place } from '@/ui/code/CodeEditor';
import { Results } from '@/ui/judge/Results';
import { Markdown } from '@/ui/Markdown';
import { FormProblem } from '@/ui/states';
import classes from './GuestHome.module.css';

const CodeEditor = lazy(() => import('@/ui/code/CodeEditor'));

/** The instance's exercise for guests, judged for real. Nothing where the instance has none. */
export function SampleExercise(): ReactNode {
  const { data, isPending } = useQuery({
    queryKey: ['sample'],
    staleTime: 600_000,
    retry: false,
    queryFn: () => get(api.GET('/api/v1/sample')),
  });
  if (isPending) return <Skeleton height={460} radius={12} />;
  const editor = data && componentsOf(data).find((each) => each.editor);
  return data && editor ? <Exercise content={data} component={editor} /> : null;
}

function Exercise({ content, component }: { content: Content; component: Component }): ReactNode {
  const { t } = useTranslation();
  const names = useQuery(languages).data?.languages ?? [];
  const starters = component.editor?.starters ?? [];
  const [language, setLanguage] = useState(starters[0]?.language ?? '');
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [place, setPlace] = useState<Place>();
  const runButton = useRef<HTMLButtonElement>(null);
  const { judging, busy, start } = useJudge();
  const say = useProblemWords();

  const file = starters.find((each) => each.language === language)?.files[0];
  const text = texts[language] ?? file?.content ?? '';
  const path = file?.path ?? '';
  const run = (): void => {
    const visible = component.editor?.validators.length ?? 0;
    void start('run', visible, async () => ({
      path: '/api/v1/sample/runs',
      method: 'POST',
      body: { language, files: [{ path, content: text }] },
    }));
  };
  const statement = componentsOf(content)
    .flatMap((each) => each.markdown ?? [])
    .join('\n\n');
  return (
    <section className={`card ${classes.sample}`} aria-label={t('guest.sample')}>
      <div className={classes.sampleHead}>
        <span className="xs b acc">{t('guest.tryIt')}</span>
        <h2 className={classes.sampleTitle}>{content.title}</h2>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.statement} tabIndex={0} aria-label={t('problem.statement')}>
        <Markdown text={statement} size="small" />
      </section>
      <div className={classes.editor}>
        <Suspense fallback={<Skeleton height={220} radius={0} />}>
          <CodeEditor
            path={path}
            value={text}
            language={language}
            label={t('editor.label', { path })}
            goTo={place}
            onChange={(value) => setTexts({ ...texts, [language]: value })}
            onLeave={() => runButton.current?.focus()}
            keys={[
              { key: 'Mod-Enter', run },
              { key: "Mod-'", run },
            ]}
          />
        </Suspense>
      </div>
      <div className={classes.bar}>
        <NativeSelect
          aria-label={t('editor.language')}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value)}
          data={starters.map((each) => ({
            value: each.language,
            label: languageName(each.language, names),
          }))}
        />
        <span className="grow" />
        <Button
          ref={runButton}
          onClick={run}
          loading={busy}
          leftSection={<IconPlayerPlay size={15} />}
          rightSection={<Keys keys={keyNames('mod+Enter')} />}
        >
          {t('run')}
        </Button>
      </div>
      {judging.phase !== 'idle' && (
        <div className={classes.resultBox}>
          <FormProblem
            message={judging.problem && say(judging.problem)}
            traceId={judging.problem?.traceId}
          />
          <Results
            judging={judging}
            {...(component.editor && { editor: component.editor })}
            paths={[path]}
            goTo={(_, line, column) => setPlace({ line, column })}
          />
        </div>
      )}
      {judging.done?.status === 'AC' && (
        <div className={classes.after} role="status">
          <span className="grow b">{t('guest.solved')}</span>
          <Button component={Link} to="/sign-up" size="xs">
            {t('guest.keep')}
          </Button>
        </div>
      )}
    </section>
  );
}
