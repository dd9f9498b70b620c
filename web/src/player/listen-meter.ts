/** Counts what was really heard of a song and says once when it is a play: half of it, or four minutes. */
const FOUR_MINUTES = 240;
/** A larger step of the clock is a seek, not listening. Seconds. */
const LARGEST_STEP = 2;

export interface Listen {
  songId: number;
  startedAt: Date;
  seconds: number;
}

export class ListenMeter {
  private songId: number | null = null;
  private startedAt = new Date(0);
  private duration = 0;
  private heard = 0;
  private lastPosition = 0;
  private reported = false;

  constructor(private readonly onPlay: (listen: Listen) => void) {}

  begin(songId: number, duration: number, now: Date = new Date()): void {
    this.songId = songId;
    this.startedAt = now;
    this.duration = duration;
    this.heard = 0;
    this.lastPosition = 0;
    this.reported = false;
  }

  /** What plays now is no song. */
  rest(): void {
    this.songId = null;
  }

  /** `position` in seconds, told several times a second while the song plays. */
  advance(position: number): void {
    const step = position - this.lastPosition;
    this.lastPosition = position;
    if (this.songId === null || this.reported || step <= 0 || step > LARGEST_STEP) return;
    this.heard += step;
    if (this.duration <= 0 || this.heard < Math.min(this.duration / 2, FOUR_MINUTES)) return;
    this.reported = true;
    this.onPlay({ songId: this.songId, startedAt: this.startedAt, seconds: Math.round(this.heard) });
  }
}
