import { TextInput } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Judging } from '@/lib/judge';
import type { Answer, Question, Quiz } from '@/lib/shapes';
import { Chip } from '@/ui/bits';
import { Markdown } from '@/ui/Markdown';
import { answerTo, withAnswer } from './answers';
import classes from './Lesson.module.css';
import { Options } from './McqFields';

interface QuizFieldsProps {
  quiz: Quiz;
  answers: Answer[];
  judging: Judging;
  onChange: (answers: Answer[]) => void;
}

export function QuizFields({ quiz, answers, judging, onChange }: QuizFieldsProps): ReactNode {
  return quiz.questions.map((question, index) => (
    <OneQuestion
      key={question.id}
      question={question}
      number={index + 1}
      answer={answerTo(answers, question)}
      // A question's result has its place: results come in the order of the questions.
      status={judging.results[index]?.status}
      onChange={(answer) => onChange(withAnswer(quiz, answers, answer))}
    />
  ));
}

interface OneQuestionProps {
  question: Question;
  number: number;
  answer: Answer;
  status: string | undefined;
  onChange: (answer: Answer) => void;
}

function OneQuestion({ question, number, answer, status, onChange }: OneQuestionProps): ReactNode {
  const { t } = useTranslation();
  const { kind } = question;
  const typed = kind === 'text' || kind === 'number';
  return (
    <fieldset className={classes.question}>
      <legend>
        <span className={classes.questionHead}>
          {t('answer.question', { number })}
          {status === 'AC' && (
            <Chip tone="ok">
              <IconCheck size={14} /> {t('answer.wasRight')}
            </Chip>
          )}
          {status && status !== 'AC' && (
            <Chip tone="bad">
              <IconX size={14} /> {t('answer.wasWrong')}
            </Chip>
          )}
        </span>
        <Markdown text={question.prompt} />
        {!typed && (
          <p className={classes.rule}>
            {kind === 'multiple' ? t('answer.several') : t('answer.one')}
          </p>
        )}
      </legend>
      {typed ? (
        <TextInput
          aria-label={kind === 'number' ? t('answer.number') : t('answer.text')}
          placeholder={kind === 'number' ? t('answer.number') : t('answer.text')}
          inputMode={kind === 'number' ? 'decimal' : 'text'}
          autoComplete="off"
          maxLength={2000}
          maw={360}
          value={answer.text}
          onChange={(event) => onChange({ ...answer, text: event.currentTarget.value })}
        />
      ) : (
        <Options
          options={question.options}
          multiple={kind === 'multiple'}
          chosen={answer.choices}
          onChange={(choices) => onChange({ ...answer, choices })}
        />
      )}
    </fieldset>
  );
}
