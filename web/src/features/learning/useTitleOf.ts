import { useQuery } from '@tanstack/react-query';
import { module } from '@/lib/queries';
import type { Content, Module } from '@/lib/shapes';

const find = (tree: Module, contentId: string): string | undefined =>
  tree.contents.find((each) => each.id === contentId)?.title ??
  tree.modules.map((each) => find(each, contentId)).find(Boolean);

/** The title of a neighbour, from the course that both are in. */
export function useTitleOf(content: Content, contentId: string | undefined): string | undefined {
  const top = content.crumbs[0]?.module_id ?? '';
  const { data } = useQuery({ ...module(top), enabled: top !== '' && contentId !== undefined });
  return data && contentId ? find(data, contentId) : undefined;
}
