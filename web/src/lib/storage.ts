// localStorage that never throws: it may be forbidden, full, or hold something old.

export function recall<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(`lyceum.${key}`);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** False when it could not be kept. */
export function keep(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(`lyceum.${key}`, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(`lyceum.${key}`);
  } catch {
    // Nothing was kept, then.
  }
}

/** Plain text, as `public/theme.js` reads it before React is there. */
export function keepWord(key: string, word: string | null): void {
  try {
    if (word === null) localStorage.removeItem(`lyceum.${key}`);
    else localStorage.setItem(`lyceum.${key}`, word);
  } catch {
    // The choice lasts until the page is left.
  }
}

export function recallWord(key: string): string | null {
  try {
    return localStorage.getItem(`lyceum.${key}`);
  } catch {
    return null;
  }
}
