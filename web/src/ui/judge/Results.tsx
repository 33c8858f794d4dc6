import { IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMs } from '@/lib/format';
import { groupsOf, inOrder, outside } from '@/lib/groups';
import { firstFailure, type Judging } from '@/lib/judge';
import type { Editor, ValidatorResult } from '@/lib/shapes';
import { toneOf, verdictKey } from '@/lib/verdict';
import { Chip } from '@/ui/bits';
import { CaseDetails } from './CaseDetails';
import { CompileOutput, type GoTo } from './CompileOutput';
import { Group } from './Group';
import classes from './Results.module.css';
import { Summary } from './Summary';
import { VerdictIcon } from './VerdictIcon';

interface ResultsProps {
  judging: Judging;
  /** The exercise, where there is one: its groups, and whether its program talks with another. */
  editor?: Editor;
  /** The files that were run: a compiler's message that names one of them is a link. */
  paths: string[];
  goTo?: GoTo;
}

/** Verdicts as they arrive: a bar, a row for each, the first failure unfolded. */
export function Results({ editor, paths, goTo, ...props }: ResultsProps): ReactNode {
  const judging = useMemo(() => inOrder(editor, props.judging), [editor, props.judging]);
  const { compile, results } = judging;
  const groups = groupsOf(editor, judging);
  const cases = { judging, paths, goTo, interactive: editor?.interactive ?? false };
  return (
    <div className={classes.results}>
      <Summary judging={judging} />
      {compile && <CompileOutput compile={compile} paths={paths} goTo={goTo} />}
      {groups.map((group) => (
        <Group key={group.key} group={group} graded={judging.kind === 'submit'}>
          <Cases {...cases} results={group.results} />
        </Group>
      ))}
      <Cases {...cases} results={outside(groups, results)} />
    </div>
  );
}

interface CasesProps {
  judging: Judging;
  /** Those to show here. */
  results: ValidatorResult[];
  interactive: boolean;
  paths: string[];
  goTo: GoTo | undefined;
}

function Cases({ judging, results, interactive, paths, goTo }: CasesProps): ReactNode {
  const [toggled, setToggled] = useState<Record<string, boolean>>({});
  const first = firstFailure(judging.results);
  if (results.length === 0) return null;
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
            interactive={interactive && judging.kind !== 'own'}
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
  interactive: boolean;
  open: boolean;
  onToggle: () => void;
  paths: string[];
  goTo: GoTo | undefined;
}

function Case({ result, own, interactive, open, onToggle, paths, goTo }: CaseProps): ReactNode {
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
      {open && <CaseDetails result={result} interactive={interactive} paths={paths} goTo={goTo} />}
    </li>
  );
}
