import { createI18n } from 'vue-i18n';
import { compile } from './compile';
import first from './en/first';

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en: compile(first) },
});

let later: Promise<void> | null = null;

async function addLaterWords(): Promise<void> {
  const { default: words } = await import('./en/later');
  i18n.global.mergeLocaleMessage('en', compile(words));
}

/** Fetches the words that the first page does without; an attempt that failed is made anew at the next call. */
export function loadLaterWords(): Promise<void> {
  later ??= addLaterWords().catch((error: unknown) => {
    later = null;
    throw error;
  });
  return later;
}

/** For words outside of components. */
export function translate(key: string, values: Record<string, unknown> = {}, count?: number): string {
  return count === undefined ? i18n.global.t(key, values) : i18n.global.t(key, { n: count, ...values }, count);
}
