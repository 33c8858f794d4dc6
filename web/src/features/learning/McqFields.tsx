import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mcq } from '@/lib/shapes';
import { Markdown } from '@/ui/Markdown';
import { choose } from './answers';
import classes from './Lesson.module.css';

interface McqFieldsProps {
  mcq: Mcq;
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

export function McqFields({ mcq, chosen, onChange }: McqFieldsProps): ReactNode {
  const { t } = useTranslation();
  return (
    <fieldset>
      <legend>
        <Markdown text={mcq.question} />
        <p className={classes.rule}>{mcq.multiple ? t('answer.several') : t('answer.one')}</p>
      </legend>
      <Options options={mcq.options} multiple={mcq.multiple} chosen={chosen} onChange={onChange} />
    </fieldset>
  );
}

interface OptionsProps {
  options: Mcq['options'];
  multiple: boolean;
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

export function Options({ options, multiple, chosen, onChange }: OptionsProps): ReactNode {
  const name = useId();
  const order = options.map((option) => option.id);
  return (
    <div className={classes.options}>
      {options.map((option) => (
        <label key={option.id} className={classes.option}>
          <input
            type={multiple ? 'checkbox' : 'radio'}
            name={name}
            checked={chosen.includes(option.id)}
            onChange={() => onChange(choose(chosen, option.id, multiple, order))}
          />
          <Markdown text={option.text} size="small" />
        </label>
      ))}
    </div>
  );
}
