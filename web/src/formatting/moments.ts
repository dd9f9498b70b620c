/** Moments in the browser's own field for a day and a time, which knows no time zone. */

/** `2026-11-21T20:00` in the zone of this browser, from what the server says; empty for none. */
export function localMoment(iso: string | null): string {
  if (!iso) return '';
  const moment = new Date(iso);
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** The other way; null for what is no moment. */
export function momentOf(local: string): string | null {
  const moment = new Date(local);
  return local && !Number.isNaN(moment.getTime()) ? moment.toISOString() : null;
}

/** The name of this browser's time zone: Europe/Berlin. */
export const zoneName = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
