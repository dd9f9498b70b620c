import { ref } from 'vue';

/** Pixels before a movement counts as a swipe and not as a tap. */
const BEGINS_AT = 12;
/** Pixels at which letting go does something. */
const ACTS_AT = 72;
const FARTHEST = 112;

export type SwipeDirection = 'left' | 'right';

/** A finger that pulls a row to the side; `onSwipe` is told where it was let go far enough. */
export function useRowSwipe(onSwipe: (place: number, direction: SwipeDirection) => void) {
  const place = ref(-1);
  const distance = ref(0);
  let endedAt = 0;

  function onPointerDown(event: PointerEvent, row: number): void {
    if (event.pointerType !== 'touch') return;
    const { clientX, clientY, pointerId } = event;

    const move = (moved: PointerEvent) => {
      if (moved.pointerId !== pointerId) return;
      const across = moved.clientX - clientX;
      if (place.value < 0 && (Math.abs(across) < BEGINS_AT || Math.abs(moved.clientY - clientY) > Math.abs(across)))
        return;
      place.value = row;
      distance.value = Math.max(-FARTHEST, Math.min(FARTHEST, across));
    };
    const end = (ended: PointerEvent) => {
      if (ended.pointerId !== pointerId) return;
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', end);
      if (place.value < 0) return;
      const across = distance.value;
      place.value = -1;
      distance.value = 0;
      endedAt = ended.timeStamp;
      if (ended.type === 'pointerup' && Math.abs(across) >= ACTS_AT) onSwipe(row, across > 0 ? 'right' : 'left');
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', end);
  }

  /** The click that a browser makes of the end of a swipe is none. */
  function isEndOfSwipe(event: MouseEvent): boolean {
    return event.timeStamp - endedAt < 400;
  }

  return { place, distance, acts: () => Math.abs(distance.value) >= ACTS_AT, onPointerDown, isEndOfSwipe };
}
