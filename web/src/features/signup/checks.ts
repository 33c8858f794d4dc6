// What a form can say before the server is asked. The server has the last word.
import type { TFunction } from 'i18next';

/** Only what can be no address at all: the mail itself is the proof. */
export function checkAddress(email: string, t: TFunction): { email?: string } {
  const trimmed = email.trim();
  if (trimmed === '') return { email: t('check.needed') };
  return /^[^\s@]+@[^\s@]+$/.test(trimmed) ? {} : { email: t('check.email') };
}

export function checkPassword(password: string, t: TFunction): { password?: string } {
  const length = [...password].length;
  if (length === 0) return { password: t('check.needed') };
  if (length < 8) return { password: t('check.passwordShort') };
  return length > 128 ? { password: t('check.passwordLong') } : {};
}
