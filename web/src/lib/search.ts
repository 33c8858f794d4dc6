// What stands behind "?" is text and stays text: an id of 18 digits is no number, and needs no quotes.

export const parseSearch = (search: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(search));

export function stringifySearch(search: Record<string, unknown>): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== null) words.set(name, String(value));
  const text = words.toString();
  return text ? `?${text}` : '';
}
