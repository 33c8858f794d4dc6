import {
  IconAlertTriangle,
  IconCheck,
  IconChevronRight,
  IconClock,
  IconLoader2,
  IconMinus,
  IconX,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMs } from '@/lib/format';
import { firstFailure, type Judging } from '@/lib/judge';
import type { ValidatorResult } from '@/lib/shapes';
import { toneOf, verdictKey } from '@/lib/verdict';
import { Chip } from '@/ui/bits';
import { CaseDetails } from './CaseDetails';
import { CompileOutput, type GoTo } from './CompileOutput';
import classes from './Results.module.css';
import { Summary } from './Summary';

interface ResultsProps {
  judging: Judging;
  /** The files that were run: a compiler's message that names one of them is a link. */
  paths: string[];
  goTo?: GoTo;
}

/** Verdicts as they arrive: a bar, a row for each, the first failure unfolded. */
export function Results({ judging, paths, goTo }: ResultsProps): ReactNode {
  const { compile, results } = judging;
  return (
    <div className={classes.results}>
      <Summary judging={judging} />
      {compile && <CompileOutput compile={compile} paths={paths} goTo={goTo} />}
      <Cases judging={judging} results={results} paths={paths} goTo={goTo} />
    </div>
  );
}

interface CasesProps {
  judging: Judging;
  results: ValidatorResult[];
  paths: string[];
  goTo: GoTo | undefined;
}

function Cases({ judging, results, paths, goTo }: CasesProps): ReactNode {
  const [toggled, setToggled] = useState<Record<string, boolean>>({});
  const first = firstFailure(results);
  return (
    <ol className={classes.cases}>
      {results.map((result) => {
        const key = `${result.validator_id} ${result.name}`;
        const byDefault = result === first || judging.kind === 'own';
        const open = toggled[key] ?? byDefault;
        return (
          <Case
            key={key}
            result={result}
            own={judging.kind === 'own'}
            open={open}
            onToggle={() => setToggled({ ...toggled, [key]: !open })}
            paths={paths}
            goTo={goTo}
          />
        );
      })}
    </ol>
  );
}

interface CaseProps {
  result: ValidatorResult;
  own: boolean;
  open: boolean;
  onToggle: () => void;
  paths: string[];
  goTo: GoTo | undefined;
}

function Case({ result, own, open, onToggle, paths, goTo }: CaseProps): ReactNode {
  const { t, i18n } = useTranslation();
  const passed = result.status === 'AC';
  const name = own ? t('results.own') : result.name;
  const foldable = result.visible || own || Boolean(result.hint);
  const head = (
    <>
      <VerdictIcon status={result.status} />
      <span className={`grow ${classes.name}`}>
        {name} {!result.visible && !own && <span className="faint xs">{t('results.hidden')}</span>}
      </span>
      {!passed && <Chip tone={toneOf(result.status)}>{t(verdictKey(result.status))}</Chip>}
      {passed && <span className={classes.silent}>{t('verdict.AC')}</span>}
      <span className="xs faint num">{formatMs(result.cpu_ms, i18n.language)}</span>
    </>
  );
  if (!foldable)
    return (
      <li className={classes.case}>
        <div className={classes.line}>{head}</div>
      </li>
    );
  return (
    <li className={classes.case}>
      <button type="button" className={classes.line} aria-expanded={open} onClick={onToggle}>
        {head}
        <IconChevronRight size={14} className={`faint ${classes.arrow}`} />
      </button>
      {open && <CaseDetails result={result} paths={paths} goTo={goTo} />}
    </li>
  );
}

const ICONS = { ok: IconCheck, bad: IconX, warn: IconClock, plain: IconMinus };

export function VerdictIcon({ status }: { status: string }): ReactNode {
  const tone = toneOf(status);
  if (status === 'RUNNING' || status === 'QUEUED')
    return <IconLoader2 size={16} className={`faint ${classes.spin}`} aria-hidden />;
  const Icon = tone === 'warn' && !status.endsWith('TLE') ? IconAlertTriangle : ICONS[tone];
  return <Icon size={16} stroke={2} className={tone === 'plain' ? 'faint' : tone} aria-hidden />;
}
