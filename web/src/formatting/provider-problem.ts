/** What went wrong on the way over a provider, by the code that stands in the address of the page afterwards. */
import { i18n, translate } from '@/messages';

/** A sentence for the code; empty where there is none. */
export function providerProblem(code: unknown): string {
  if (typeof code !== 'string' || code === '') return '';
  const key = `account.providerErrors.${code}`;
  return translate(i18n.global.te(key) ? key : 'account.providerErrors.other');
}
