// A form: its values, what is wrong with which field, and whether it is on its way. The first wrong
// field gets the focus; nothing typed is lost.
import { type FormEvent, useRef, useState } from 'react';
import type { Result } from './http';
import type { Problem } from './problem';
import { useProblemWords } from './problemWords';

export type FieldErrors<V> = Partial<Record<keyof V & string, string>>;

interface FormOptions<V extends object, T> {
  initial: V;
  /** What can be said before the server is asked. */
  check?: (values: V) => FieldErrors<V>;
  send: (values: V) => Promise<Result<T>>;
  done: (value: T, values: V) => void;
}

export interface Form<V extends object> {
  values: V;
  busy: boolean;
  problem: Problem | undefined;
  /** In words: the problem that belongs to no field of this form. */
  message: string | undefined;
  set: <K extends keyof V & string>(name: K, value: V[K]) => void;
  submit: (event: FormEvent<HTMLFormElement>) => void;
  /** For an input: name, value, error, and the way back. */
  text: <K extends keyof V & string>(
    name: K,
  ) => {
    name: K;
    value: string;
    error: string | undefined;
    onChange: (event: { currentTarget: { value: string } }) => void;
  };
}

export function useForm<V extends object, T>(options: FormOptions<V, T>): Form<V> {
  const say = useProblemWords();
  const [values, setValues] = useState(options.initial);
  const [errors, setErrors] = useState<FieldErrors<V>>({});
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const refuse = (wrong: FieldErrors<V>): void => {
    setErrors(wrong);
    const first = [...(form.current?.elements ?? [])].find(
      (element) => element instanceof HTMLInputElement && element.name in wrong,
    );
    if (first instanceof HTMLElement) first.focus();
  };
  const send = async (): Promise<void> => {
    const wrong = options.check?.(values) ?? {};
    setProblem(undefined);
    if (Object.keys(wrong).length > 0) return refuse(wrong);
    setErrors({});
    setBusy(true);
    const result = await options.send(values);
    setBusy(false);
    if (result.ok) return options.done(result.value, values);
    const { field, ...problem } = result.problem;
    if (field && field in values) refuse({ [field]: say(problem) } as FieldErrors<V>);
    else setProblem(result.problem);
  };
  const set: Form<V>['set'] = (name, value) => {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors(({ [name]: _, ...rest }) => rest as FieldErrors<V>);
  };
  return {
    values,
    busy,
    problem,
    message: problem && say(problem),
    set,
    submit: (event) => {
      event.preventDefault();
      form.current = event.currentTarget;
      if (!busy) void send();
    },
    text: (name) => ({
      name,
      value: String(values[name] ?? ''),
      error: errors[name],
      onChange: (event) => set(name, event.currentTarget.value as V[typeof name]),
    }),
  };
}
