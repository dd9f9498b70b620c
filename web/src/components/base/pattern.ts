/** The two-tone pattern that stands for a missing picture: the same for the same id, everywhere. */
const GOLDEN_ANGLE = 137.508;
const corners = ['0%', '50%', '100%'] as const;

export function patternOf(id: number): Record<string, string> {
  const hue = (id * GOLDEN_ANGLE) % 360;
  return {
    '--pattern-back': `oklch(0.42 0.07 ${hue.toFixed(1)})`,
    '--pattern-front': `oklch(0.56 0.09 ${((hue + 34) % 360).toFixed(1)})`,
    '--pattern-x': corners[id % 3] as string,
    '--pattern-y': corners[Math.floor(id / 3) % 3] as string,
  };
}
