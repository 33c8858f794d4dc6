import { Button, Skeleton } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isOn } from '@/lib/liveRun';
import { useProblemWords } from '@/lib/problemWords';
import { useLiveRun } from '@/lib/useLiveRun';
import { CompileOutput } from '@/ui/judge/CompileOutput';
import { ErrorPanel, FormProblem } from '@/ui/states';
import type { TerminalHandle } from '@/ui/terminal/Terminal';
import { ConsoleStatus } from './ConsoleStatus';
import classes from './Problem.module.css';
import type { Problem } from './useProblem';

// Most answers are written without it, and xterm.js is large. Offline it is had later.
const terminalCode = queryOptions({
  queryKey: ['code', 'terminal'],
  queryFn: () => import('@/ui/terminal/Terminal'),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The answer's files run at a terminal; one talks with them. */
export function Console({ problem }: { problem: Problem }): ReactNode {
  const { data, error, refetch } = useQuery(terminalCode);
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height="100%" radius={0} />;
  return <AtTerminal problem={problem} Terminal={data.Terminal} />;
}

type TerminalModule = typeof import('@/ui/terminal/Terminal');

interface AtTerminalProps extends Pick<TerminalModule, 'Terminal'> {
  problem: Problem;
}

function AtTerminal({ problem, Terminal }: AtTerminalProps): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const terminal = useRef<TerminalHandle>(null);
  const { live, state } = useLiveRun((output) => terminal.current?.write(output));
  const on = isOn(state);
  const { compiled, draft, program } = problem;
  const { compile, problem: failed } = state;
  useEffect(() => {
    if (compile) compiled(compile);
  }, [compile, compiled]);

  const act = (what: () => void) => (): void => {
    what();
    terminal.current?.focus();
  };
  const start = (): void => {
    draft.saveNow();
    terminal.current?.reset();
    live.start(program, terminal.current?.size() ?? { rows: 24, columns: 80 });
  };
  // Kept as they are while nothing runs: a button that vanishes takes the focus along.
  const idle = !on && { 'data-disabled': true, 'aria-disabled': true };
  return (
    <div className={classes.console}>
      <div className={classes.consoleKeys}>
        <Button
          size="xs"
          variant="default"
          onClick={act(on ? () => live.stop() : start)}
          leftSection={on ? <IconPlayerStop size={15} /> : <IconPlayerPlay size={15} />}
        >
          {t(on ? 'console.stop' : 'console.start')}
        </Button>
        <Button
          size="xs"
          variant="subtle"
          {...idle}
          onClick={act(() => live.interrupt())}
          title="Ctrl C"
        >
          {t('console.interrupt')}
        </Button>
        <Button
          size="xs"
          variant="subtle"
          {...idle}
          onClick={act(() => live.endInput())}
          title="Ctrl D"
        >
          {t('console.endInput')}
        </Button>
      </div>
      {failed && (
        <div className={classes.padded}>
          <FormProblem message={say(failed)} traceId={failed.traceId} status={failed.status} />
        </div>
      )}
      {compile && (
        <CompileOutput
          compile={compile}
          paths={problem.files.map((file) => file.path)}
          goTo={problem.goTo}
        />
      )}
      <Terminal
        ref={terminal}
        label={t('console.input')}
        live={on}
        onInput={(text) => live.type(text)}
        onResize={(size) => live.resize(size)}
      />
      <ConsoleStatus state={state} />
    </div>
  );
}
