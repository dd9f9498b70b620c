/** How fast bytes go out: over the last seconds, so that it follows the connection without jumping about. */
const WINDOW_MILLISECONDS = 8000;
const ENOUGH_MILLISECONDS = 700;

export class SpeedMeter {
  private readonly seen: { at: number; bytes: number }[] = [];

  /** So many more bytes have left. */
  add(bytes: number, at = performance.now()): void {
    this.seen.push({ at, bytes });
    while (this.seen.length > 0 && at - (this.seen[0]?.at ?? at) > WINDOW_MILLISECONDS) this.seen.shift();
  }

  forget(): void {
    this.seen.length = 0;
  }

  /** Bytes a second; null while nobody can tell. */
  speed(at = performance.now()): number | null {
    const first = this.seen.find((one) => at - one.at <= WINDOW_MILLISECONDS);
    if (!first || at - first.at < ENOUGH_MILLISECONDS) return null;
    const bytes = this.seen.reduce((sum, one) => (one === first || one.at < first.at ? sum : sum + one.bytes), 0);
    return bytes > 0 ? (bytes * 1000) / (at - first.at) : null;
  }
}
