// Reading a content: its components in order, what of it can be answered, what a language is called.
import type { Component, Content, Language, Module } from './shapes';

/** All components, containers opened, in reading order. */
export function componentsOf(content: Pick<Content, 'components'>): Component[] {
  const flat = (component: Component): Component[] =>
    component.type === 'container' ? component.children.flatMap(flat) : [component];
  return content.components.flatMap(flat);
}

export const isSubmittable = (component: Component): boolean =>
  component.type === 'editor' || component.type === 'mcq' || component.type === 'quiz';

const NAMES: Record<string, string> = {
  cpp: 'C++',
  c: 'C',
  python: 'Python',
  javascript: 'JavaScript',
  java: 'Java',
  bash: 'Bash',
};

/** "C++ 20 (GCC)" from the server where it is known, else a plain name. */
export const languageName = (key: string, known: Language[] = []): string =>
  known.find((each) => each.key === key)?.name ?? NAMES[key] ?? key;

/** The first content below a module that is begun, else the first that is new. */
export function nextContent(
  module: Module,
): { id: string; title: string; begun: boolean } | undefined {
  const all = (each: Module): Module['contents'] => [
    ...each.contents,
    ...each.modules.flatMap(all),
  ];
  const contents = all(module);
  const found =
    contents.find((each) => each.state === 'begun') ??
    contents.find((each) => each.state !== 'passed');
  return (
    found && {
      id: found.id,
      title: found.title,
      begun: contents.some((each) => each.state !== 'new'),
    }
  );
}
