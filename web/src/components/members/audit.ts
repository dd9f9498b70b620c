/** What stands on the record, in words. */
import type { AuditEntry } from '@/api/types';
import { i18n, translate } from '@/messages';

/** "account.made_admin" as what somebody did; an action without words of its own is named as it is. */
export function actionWords(action: string): string {
  const key = `members.action.${action.replace('.', '_')}`;
  if (i18n.global.te(key)) return translate(key);
  const [thing = '', deed = ''] = action.split('.');
  return `${deed.replaceAll('_', ' ')} (${thing.replaceAll('_', ' ')})`;
}

/** Whom or what it was done to. */
export function subjectWords(entry: Pick<AuditEntry, 'actor_id' | 'subject' | 'subject_id' | 'subject_name'>): string {
  if (entry.subject === 'account' && entry.actor_id !== 0 && entry.subject_id === entry.actor_id) {
    return translate('members.themselves');
  }
  if (entry.subject_name) return entry.subject_name;
  return entry.subject === 'invitation' ? translate('members.anybody').toLowerCase() : '';
}

export interface Detail {
  name: string;
  value: string;
}

/** The details of an entry, one line each, without those that say nothing. */
export function detailsOf(details: Record<string, unknown>): Detail[] {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => ({ name: name.replaceAll('_', ' '), value: wordsOf(value) }));
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
