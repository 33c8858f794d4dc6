import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from './search';

test('ids and tokens of digits keep every digit, there and back', () => {
  for (const value of ['383531708491759622', '1e5', 'true', '007', 'a b&c=d', 'é']) {
    const address = stringifySearch({ mail: value });
    expect(parseSearch(address)).toEqual({ mail: value });
  }
  expect(stringifySearch({ mail: '383531708491759622' })).toBe('?mail=383531708491759622');
});

test('nothing asked is no question mark', () => {
  expect(stringifySearch({})).toBe('');
  expect(stringifySearch({ q: undefined })).toBe('');
  expect(parseSearch('')).toEqual({});
});
