import { GodwitError } from 'godwit-sdk';
import { i18n } from './i18n';

/** What went wrong, in the user's language, from the stable `code` of the error; never the server's English. */
export function problemText(error: unknown): string {
  const { t, te } = i18n.global;
  if (!(error instanceof GodwitError)) return t('errors.unexpected');
  const key = `errors.${error.code}`;
  const wait = Math.ceil((error.retryAfterMs ?? 0) / 1000);
  const text = te(key) || te(key, 'en') ? t(key) : t('errors.unknown', { code: error.code });
  return wait > 0 ? `${text} ${t('errors.try_again_in', { seconds: wait })}` : text;
}

/** field → what is wrong with it, of a 422. The server's reasons are English sentences; ours are by field. */
export function problemFields(error: unknown): Record<string, string> {
  const { t, te } = i18n.global;
  const fields = error instanceof GodwitError ? (error.fields ?? {}) : {};
  return Object.fromEntries(
    Object.keys(fields).map((field) => [field, te(`errors.fields.${field}`) ? t(`errors.fields.${field}`) : t('errors.fields.other')]),
  );
}
