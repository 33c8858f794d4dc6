import { useQuery } from '@tanstack/react-query';
import { me } from './queries';
import type { Me } from './shapes';

export interface Session {
  me: Me | null;
  pending: boolean;
}

export function useSession(): Session {
  const { data, isPending } = useQuery(me);
  return { me: data ?? null, pending: isPending };
}

export const isAdministrator = (who: Me | null): boolean =>
  who?.roles.includes('administrator') ?? false;

/** The sign-in is a page of the server's; it comes back to where one was. */
export const signInUrl = (returnTo: string): string =>
  `/auth/login?return_to=${encodeURIComponent(returnTo)}`;

export const displayName = (who: { nickname: string; first_name?: string }): string =>
  who.first_name || who.nickname;
