import { expect, test } from 'vitest';
import { componentsOf, languageName, nextContent } from './content';
import type { Component, ContentSummary, Module } from './shapes';

const component = (key: string, children: Component[] = []): Component => ({
  id: key,
  key,
  type: children.length > 0 ? 'container' : 'markdown',
  title: '',
  points: 0,
  state: 'new',
  children,
  hints: [],
});

test('containers are opened in reading order', () => {
  const tree = [
    component('a'),
    component('box', [component('b'), component('inner', [component('c')])]),
    component('d'),
  ];
  expect(componentsOf({ components: tree }).map((each) => each.key)).toEqual(['a', 'b', 'c', 'd']);
});

const module = (states: string[], modules: Module[] = []): Module =>
  ({
    contents: states.map((state, i) => ({ id: `${i}`, title: state, state }) as ContentSummary),
    modules,
  }) as Module;

test('one goes on with what is begun, else with the first that is not passed', () => {
  expect(nextContent(module(['passed', 'new', 'begun']))).toEqual({
    id: '2',
    title: 'begun',
    begun: true,
  });
  expect(nextContent(module([], [module(['passed']), module(['passed', 'new'])]))?.id).toBe('1');
  expect(nextContent(module(['new']))?.begun).toBe(false);
  expect(nextContent(module(['passed']))).toBeUndefined();
});

test('a language has the name that the server gives it', () => {
  const known = [
    { key: 'cpp', name: 'C++ 20 (GCC)', version: '', compiled: true, main: 'main.cpp' },
  ];
  expect(languageName('cpp', known)).toBe('C++ 20 (GCC)');
  expect(languageName('cpp')).toBe('C++');
  expect(languageName('zig')).toBe('zig');
});
