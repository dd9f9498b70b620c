import { useMediaQuery } from '@vueuse/core';

const isPhone = useMediaQuery('(max-width: 639px)');
const isWide = useMediaQuery('(min-width: 1024px)');
const isTouch = useMediaQuery('(hover: none)');

export function useScreenSize() {
  return { isPhone, isWide, isTouch };
}
