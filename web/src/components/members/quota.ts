const MEGABYTE = 1_000_000;
const MOST_MEGABYTES = 1_000_000_000;

/** A quota as it stands in its field; empty for the server's own. Bytes. */
export function megabytesOf(bytes: number | null): string {
  return bytes === null ? '' : String(Math.round((bytes / MEGABYTE) * 10) / 10);
}

/** What was typed, in bytes; null for an empty field, undefined for what is no amount. */
export function bytesOf(typed: string): number | null | undefined {
  const text = typed.trim().replace(',', '.');
  if (text === '') return null;
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const megabytes = Number(text);
  return megabytes <= MOST_MEGABYTES ? Math.round(megabytes * MEGABYTE) : undefined;
}
