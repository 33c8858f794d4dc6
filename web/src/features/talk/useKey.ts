import { useRef } from 'react';

/** One Idempotency-Key for a body as long as it stays the same, so that a second click makes no second thing. */
export function useKey(): (body: unknown) => string {
  const last = useRef({ body: '', key: '' });
  return (body) => {
    const text = JSON.stringify(body);
    if (last.current.body !== text) last.current = { body: text, key: crypto.randomUUID() };
    return last.current.key;
  };
}
