import { expect, test } from 'vitest';
import { rehypeSamples } from './rehypeSamples';

const element = (tagName: string, text: string) => ({
  type: 'element',
  tagName,
  properties: {},
  children: [{ type: 'text', value: text }],
});
const gap = { type: 'text', value: '\n' };

const tags = (children: { type: string; tagName?: string }[]): (string | undefined)[] => {
  const root = { type: 'root', children };
  rehypeSamples()(root);
  return root.children.map((node) => node.tagName);
};

test('a labelled pair of blocks becomes one sample', () => {
  expect(
    tags([
      element('h2', 'Example'),
      gap,
      element('p', 'Input'),
      gap,
      element('pre', '12'),
      element('p', 'Output'),
      element('pre', '5'),
    ]),
  ).toEqual(['h2', 'section']);
});

test('French labels too, and several samples', () => {
  const one = [
    element('p', 'Entrée'),
    element('pre', '1'),
    element('p', 'Sortie'),
    element('pre', '2'),
  ];
  expect(tags([...one, ...one, element('p', 'Fin')])).toEqual(['section', 'section', 'p']);
});

test('anything else stays as it is', () => {
  expect(tags([element('h2', 'Input'), element('p', 'One line'), element('pre', 'x')])).toEqual([
    'h2',
    'p',
    'pre',
  ]);
});
