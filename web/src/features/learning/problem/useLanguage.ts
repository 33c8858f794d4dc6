// In which language one answers: the one worked in last, else the favourite, else the author's first.
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { CodeFile, Draft, Editor, Me } from '@/lib/shapes';
import { draft as draftQuery } from '../queries';
import type { Starter } from './useProblem';

export interface ChosenLanguage {
  starter: Starter | undefined;
  /** The draft in that language; undefined while it is loaded. */
  server: Draft | undefined;
  choose: (language: string) => void;
  /** The same, and its files are to be these. */
  startFrom: (language: string, files: CodeFile[]) => void;
  /** Those files, once. */
  takeFiles: () => CodeFile[] | undefined;
  error: Error | null;
  retry: () => void;
}

export function chooseStarter(
  starters: Starter[],
  last: string,
  favourite: string,
): Starter | undefined {
  const named = (language: string): Starter | undefined =>
    starters.find((each) => each.language === language);
  return named(last) ?? named(favourite) ?? starters[0];
}

export function useLanguage(componentId: string, editor: Editor, me: Me): ChosenLanguage {
  const [chosen, setChosen] = useState<string>();
  const files = useRef<CodeFile[]>(undefined);
  const last = useQuery(draftQuery(componentId, ''));
  const lastLanguage = last.data && last.data.version > 0 ? last.data.language : '';
  const starter =
    last.data &&
    chooseStarter(editor.starters, chosen ?? lastLanguage, me.preferences.default_language ?? '');
  const isLast = chosen === undefined && starter?.language === lastLanguage;
  const own = useQuery({
    ...draftQuery(componentId, starter?.language ?? ''),
    enabled: Boolean(starter) && !isLast,
  });
  const failed = last.error ?? own.error;
  return {
    starter,
    server: isLast ? last.data : own.data,
    choose: setChosen,
    startFrom: (language, next) => {
      files.current = next;
      setChosen(language);
    },
    takeFiles: () => {
      const taken = files.current;
      files.current = undefined;
      return taken;
    },
    error: failed,
    retry: () => void (last.error ? last.refetch() : own.refetch()),
  };
}
