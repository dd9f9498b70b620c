import type { VirtualItem } from '@tanstack/vue-virtual';
import { computed, type Ref } from 'vue';

/**
 * Gives each row in sight a slot that it keeps; a row that comes into sight takes the slot of one that has left. With
 * the slot as its key a row's elements are filled anew instead of being built anew, which is what fast scrolling costs.
 */
export function useRecycledRows(rows: Ref<VirtualItem[]>) {
  let slots = new Map<number, number>();

  return computed(() => {
    const kept = new Map<number, number>();
    for (const row of rows.value) {
      const slot = slots.get(row.index);
      if (slot !== undefined) kept.set(row.index, slot);
    }
    const taken = new Set(kept.values());
    let free = 0;
    for (const row of rows.value) {
      if (kept.has(row.index)) continue;
      while (taken.has(free)) free += 1;
      taken.add(free);
      kept.set(row.index, free);
    }
    slots = kept;
    return rows.value.map((row) => ({ row, slot: kept.get(row.index) as number }));
  });
}
