import {
  type ComponentProps,
  type ReactNode,
  type Ref,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react';
import classes from './Talk.module.css';

interface GrowingFieldProps extends Omit<ComponentProps<'textarea'>, 'onChange' | 'value' | 'ref'> {
  ref?: Ref<HTMLTextAreaElement>;
  value: string;
  onChange: (value: string) => void;
}

/** A text field that is as high as its text, up to what its style sheet allows. */
export function GrowingField({ ref, value, onChange, ...rest }: GrowingFieldProps): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => field.current as HTMLTextAreaElement);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [value]);
  return (
    <textarea
      rows={1}
      {...rest}
      ref={field}
      className={classes.field}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
