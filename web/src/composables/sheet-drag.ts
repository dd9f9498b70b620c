import { ref } from 'vue';

const CLOSE_DISTANCE = 120;
/** Pixels a millisecond. */
const CLOSE_SPEED = 0.6;

/** A sheet that follows the finger down and closes when it is let go far enough or fast enough. */
export function useSheetDrag(close: () => void) {
  const offset = ref(0);
  const dragging = ref(false);

  function onPointerDown(event: PointerEvent): void {
    if (event.pointerType === 'mouse') return;
    const startY = event.clientY;
    const startedAt = event.timeStamp;

    const move = (moved: PointerEvent) => {
      offset.value = Math.max(0, moved.clientY - startY);
      dragging.value = offset.value > 4;
    };
    const end = (ended: PointerEvent) => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', end);
      const speed = offset.value / Math.max(1, ended.timeStamp - startedAt);
      const closes = offset.value > CLOSE_DISTANCE || (offset.value > 40 && speed > CLOSE_SPEED);
      dragging.value = false;
      if (closes) close();
      else offset.value = 0;
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', end);
  }

  return { offset, dragging, onPointerDown };
}
