import type { Credit } from '@/api/types';

const leading = new Set(['artist', 'albumartist', 'album_artist', 'main', 'featured', 'performer']);

/** Those whose names stand under a title; composers, producers and the like are credits. */
export function leadingCredits(credits: Credit[]): Credit[] {
  const found = credits.filter((credit) => leading.has(credit.role.toLowerCase()));
  const chosen = found.length > 0 ? found : credits;
  return chosen.filter((credit, place) => chosen.findIndex((other) => other.id === credit.id) === place);
}
