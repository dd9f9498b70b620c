/** Stars and ratings as this person has just set them: shown at once, taken back when the server refuses. */
import { useQueryClient } from '@tanstack/vue-query';
import { defineStore } from 'pinia';
import { reactive } from 'vue';
import { setRating, setStar } from '@/api/listening';
import type { Starrable } from '@/api/types';
import { translate } from '@/messages';
import { useNotices } from './notices';

interface Annotated {
  id: number;
  starred: string | null;
  user_rating: number;
}

interface Change {
  starred?: boolean;
  rating?: number;
}

export const useAnnotations = defineStore('annotations', () => {
  const changes = reactive(new Map<string, Change>());
  const notices = useNotices();
  const queryClient = useQueryClient();

  const keyOf = (kind: Starrable, id: number) => `${kind}:${id}`;

  function isStarred(kind: Starrable, thing: Annotated): boolean {
    return changes.get(keyOf(kind, thing.id))?.starred ?? thing.starred !== null;
  }

  function ratingOf(kind: Starrable, thing: Annotated): number {
    return changes.get(keyOf(kind, thing.id))?.rating ?? thing.user_rating;
  }

  function put(key: string, change: Change): void {
    changes.set(key, { ...changes.get(key), ...change });
  }

  async function star(kind: Starrable, thing: Annotated, starred: boolean): Promise<void> {
    const key = keyOf(kind, thing.id);
    const before = isStarred(kind, thing);
    put(key, { starred });
    try {
      await setStar(kind, thing.id, starred);
      await queryClient.invalidateQueries({ queryKey: ['starred'], refetchType: 'active' });
    } catch (error) {
      put(key, { starred: before });
      notices.showFailure(translate(starred ? 'library.starFailed' : 'library.unstarFailed'), error);
    }
  }

  async function rate(kind: Starrable, thing: Annotated, rating: number): Promise<void> {
    const key = keyOf(kind, thing.id);
    const before = ratingOf(kind, thing);
    put(key, { rating });
    try {
      await setRating(kind, thing.id, rating);
    } catch (error) {
      put(key, { rating: before });
      notices.showFailure(translate('library.ratingFailed'), error);
    }
  }

  function forget(): void {
    changes.clear();
  }

  return { isStarred, ratingOf, star, rate, forget };
});
