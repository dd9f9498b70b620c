/** Whether the person wants less motion now. What a script moves must ask: the style sheets reach only their own. */
export function isCalm(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
