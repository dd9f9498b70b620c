export const SLOWEST = 0.5;
export const FASTEST = 2;
export const SPEED_STEP = 0.05;

/** A speed within what is allowed, without the crumbs of adding fractions. */
export function speedNear(wanted: number): number {
  const bounded = Math.min(FASTEST, Math.max(SLOWEST, wanted));
  return Math.round(bounded / SPEED_STEP) / Math.round(1 / SPEED_STEP);
}
