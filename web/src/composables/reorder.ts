import { type MaybeRefOrGetter, ref, toValue } from 'vue';

interface ReorderOptions {
  /** Height of one row in pixels. */
  rowHeight: MaybeRefOrGetter<number>;
  count: () => number;
  /** `to` counts without the moved row. */
  onMove: (from: number, to: number) => void;
}

/** Moves rows of equal height by a handle: with a pointer of any kind, or with Alt and the arrow keys. */
export function useReorder({ rowHeight, count, onMove }: ReorderOptions) {
  const from = ref(-1);
  const to = ref(-1);
  const distance = ref(0);

  function onPointerDown(event: PointerEvent, place: number): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const handle = event.currentTarget as HTMLElement;
    const startY = event.clientY;
    handle.setPointerCapture(event.pointerId);
    from.value = place;
    to.value = place;

    const onPointerMove = (moved: PointerEvent) => {
      distance.value = moved.clientY - startY;
      const steps = Math.round(distance.value / toValue(rowHeight));
      to.value = Math.min(count() - 1, Math.max(0, place + steps));
    };
    const finish = (ended: PointerEvent) => {
      handle.removeEventListener('pointermove', onPointerMove);
      handle.removeEventListener('pointerup', finish);
      handle.removeEventListener('pointercancel', finish);
      if (ended.type === 'pointerup' && to.value !== from.value) onMove(from.value, to.value);
      from.value = -1;
      to.value = -1;
      distance.value = 0;
    };
    handle.addEventListener('pointermove', onPointerMove);
    handle.addEventListener('pointerup', finish);
    handle.addEventListener('pointercancel', finish);
  }

  function onKeyDown(event: KeyboardEvent, place: number): void {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (!event.altKey || step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const target = place + step;
    if (target >= 0 && target < count()) onMove(place, target);
  }

  /** How far a row stands aside while another is being moved, in pixels. */
  function offsetOf(place: number): number {
    if (from.value < 0) return 0;
    if (place === from.value) return distance.value;
    if (place > from.value && place <= to.value) return -toValue(rowHeight);
    if (place < from.value && place >= to.value) return toValue(rowHeight);
    return 0;
  }

  return { moving: from, onPointerDown, onKeyDown, offsetOf };
}
