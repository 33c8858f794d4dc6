import { expect, test } from 'vitest';
import type { Quiz } from '@/lib/shapes';
import { answerTo, choose, unanswered, withAnswer } from './answers';

test('one choice replaces the other, several add up in the order of the options', () => {
  expect(choose(['a'], 'b', false, ['a', 'b'])).toEqual(['b']);
  expect(choose(['c'], 'a', true, ['a', 'b', 'c'])).toEqual(['a', 'c']);
  expect(choose(['a', 'c'], 'c', true, ['a', 'b', 'c'])).toEqual(['a']);
});

const quiz: Quiz = {
  questions: [
    { id: 'q1', prompt: '', kind: 'single', options: [{ id: 'y', text: 'Yes' }] },
    { id: 'q2', prompt: '', kind: 'text', options: [] },
  ],
};

test('answers stand in the order of the questions, one each', () => {
  const first = withAnswer(quiz, [], { question_id: 'q2', choices: [], text: 'x' });
  const both = withAnswer(quiz, first, { question_id: 'q1', choices: ['y'], text: '' });
  expect(
    withAnswer(quiz, both, { question_id: 'q2', choices: [], text: 'z' }).map((each) => each.text),
  ).toEqual(['', 'z']);
});

test('spaces are no answer', () => {
  const answers = [{ question_id: 'q2', choices: [], text: '  ' }];
  expect(unanswered(quiz, answers).map((each) => each.id)).toEqual(['q1', 'q2']);
  expect(answerTo([], { id: 'q1', prompt: '', kind: 'single', options: [] })).toEqual({
    question_id: 'q1',
    choices: [],
    text: '',
  });
});
