// What a learner has chosen or typed, and what is still to be answered. Pure.
import type { Answer, Question, Quiz } from '@/lib/shapes';
import type { Work } from './backup';

export const nothing: Work = { files: [], choices: [], answers: [] };

/** Choosing one replaces the other; choosing among several adds or takes away, in the order of the options. */
export function choose(chosen: string[], id: string, multiple: boolean, order: string[]): string[] {
  if (!multiple) return [id];
  const next = chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id];
  return order.filter((each) => next.includes(each));
}

export const answerTo = (answers: Answer[], question: Question): Answer =>
  answers.find((each) => each.question_id === question.id) ?? {
    question_id: question.id,
    choices: [],
    text: '',
  };

export function withAnswer(quiz: Quiz, answers: Answer[], answer: Answer): Answer[] {
  const others = answers.filter((each) => each.question_id !== answer.question_id);
  const all = [...others, answer];
  return quiz.questions.flatMap(
    (question) => all.find((each) => each.question_id === question.id) ?? [],
  );
}

export const isAnswered = ({ choices, text }: Answer): boolean =>
  choices.length > 0 || text.trim() !== '';

export const unanswered = (quiz: Quiz, answers: Answer[]): Question[] =>
  quiz.questions.filter((question) => !isAnswered(answerTo(answers, question)));
