/** One audio element with what it holds: knows where in the song it is heard, which is not always where it reads. */
import type { Output, SoundGraph } from './graph';
import { addressOf, isSameSound, type Source, sourceFrom } from './sources';

export interface Track {
  source: Source;
  /** Of the whole song, in seconds, as the library knows it. */
  duration: number;
  /** Whether nobody has looked at all of it: then its length is only what its maker says. */
  isRough?: boolean;
  /** The factor that evens out its loudness. */
  gain: number;
}

const HAVE_METADATA = 1;
const HAVE_FUTURE_DATA = 3;
/** Browsers and the library may differ by so much about the length of a file. */
const MISJUDGED_SECONDS = 2;
const MISJUDGED_PART = 0.02;

export class Deck {
  readonly audio = new Audio();
  track: Track | null = null;
  /** Seconds by which what is heard lags behind what the element has read. */
  private lag = 0;
  /** Where it was heard last, if it has read further: it goes on from there. */
  private heardAt: number | null = null;
  /** When the element came to its end, on the clock of the page. */
  private endedAt: number | null = null;
  private output: Output | null = null;
  private volume = 1;
  /** Where in the song one wanted to be, when it was filled or moved in last. */
  wanted = 0;

  constructor() {
    this.audio.preload = 'auto';
    this.audio.addEventListener('ended', () => {
      this.endedAt ??= performance.now();
    });
  }

  get soundId(): number | null {
    return this.track?.source.soundId ?? null;
  }

  /** Seconds into the song, as they are heard. */
  get position(): number {
    if (this.heardAt !== null) return this.heardAt;
    const read = (this.track?.source.offset ?? 0) + this.audio.currentTime;
    return Math.max(0, read - this.lag * this.audio.playbackRate);
  }

  /** Of the whole song, in seconds. A stream that is made while it is heard does not know its own length. */
  get duration(): number {
    const own = this.audio.duration;
    if (this.track?.source.form === null && Number.isFinite(own) && own > 0) return own;
    return this.track?.duration ?? 0;
  }

  /** Seconds of the clock until the last sample is heard. */
  get remaining(): number {
    if (this.audio.ended) {
      // The element says so before it tells its listeners.
      this.endedAt ??= performance.now();
      return this.lag - (performance.now() - this.endedAt) / 1000;
    }
    this.endedAt = null;
    const read = (this.track?.source.offset ?? 0) + this.audio.currentTime;
    return (this.duration - read) / this.audio.playbackRate + this.lag;
  }

  /**
   * A song's own file that is not what it should be to this browser. Where nothing in a file tells its length, browsers
   * guess, and leap as wrongly as they guess; the library has looked at all of it. And where the owner's rules have the
   * server make something of it while it is heard, it cannot be moved in.
   */
  get isUnfit(): boolean {
    if (this.track?.source.form !== null || this.track.isRough || this.audio.readyState < HAVE_METADATA) return false;
    const { duration, seekable } = this.audio;
    if (!Number.isFinite(duration) || seekable.length === 0 || seekable.end(seekable.length - 1) === 0) {
      return this.wanted > 0;
    }
    return Math.abs(duration - this.track.duration) > MISJUDGED_SECONDS + MISJUDGED_PART * this.track.duration;
  }

  get isReady(): boolean {
    return this.audio.readyState >= HAVE_FUTURE_DATA;
  }

  holds(track: Track): boolean {
    return this.track !== null && isSameSound(this.track.source, track.source) && this.track.source.offset === 0;
  }

  attach(graph: SoundGraph): void {
    this.output ??= graph.attach(this.audio);
    this.applyGain();
  }

  fill(track: Track, position = 0): void {
    const made = track.source.form !== null && position > 0;
    this.track = { ...track, source: sourceFrom(track.source, made ? position : 0) };
    this.settle();
    this.wanted = position;
    this.audio.src = addressOf(this.track.source);
    this.audio.load();
    if (!made && position > 0) this.audio.currentTime = position;
    this.applyGain();
  }

  empty(): void {
    this.track = null;
    this.settle();
    this.audio.pause();
    if (!this.audio.hasAttribute('src')) return;
    this.audio.removeAttribute('src');
    this.audio.load();
  }

  /** Moves within what the element can reach; else the stream begins anew there. */
  seek(position: number): void {
    if (!this.track) return;
    const place = position - this.track.source.offset;
    this.settle();
    this.wanted = position;
    if (this.isUnfit) return;
    if (this.track.source.form === null || this.reaches(place)) {
      this.audio.currentTime = Math.max(0, place);
      return;
    }
    const wasPlaying = !this.audio.paused;
    const { playbackRate } = this.audio;
    this.fill(this.track, position);
    this.audio.playbackRate = playbackRate;
    if (wasPlaying) this.audio.play().catch(() => undefined);
  }

  /** Stops at once what is heard; nothing of it is lost. */
  pause(): void {
    const heard = this.lag > 0 ? this.position : null;
    this.audio.pause();
    this.settle();
    this.output?.open(false);
    this.heardAt = heard;
  }

  play(): Promise<void> {
    if (this.heardAt !== null) this.seek(this.heardAt);
    this.output?.open(true);
    return this.audio.play();
  }

  /** Begins now and is heard in `seconds`. */
  playLater(seconds: number): Promise<void> {
    this.holdBack(seconds);
    return this.play();
  }

  holdBack(seconds: number): void {
    this.lag = seconds;
    this.output?.hold(seconds);
  }

  get heldBack(): number {
    return this.lag;
  }

  unfade(): void {
    this.output?.open(true);
  }

  cross(rising: boolean, seconds: number): void {
    this.output?.cross(rising, seconds);
  }

  setGain(gain: number): void {
    if (this.track) this.track = { ...this.track, gain };
    this.applyGain();
  }

  /** `volume` from 0 to 1 as the element takes it. */
  setVolume(volume: number): void {
    this.volume = volume;
    this.applyGain();
  }

  setRate(rate: number): void {
    this.audio.defaultPlaybackRate = rate;
    this.audio.playbackRate = rate;
    this.audio.preservesPitch = true;
  }

  private applyGain(): void {
    const gain = this.track?.gain ?? 1;
    this.output?.setGain(gain);
    // A bare element cannot play louder than its file.
    this.audio.volume = this.output ? this.volume : this.volume * Math.min(1, gain);
  }

  /** Nothing is held back any more. */
  private settle(): void {
    this.lag = 0;
    this.heardAt = null;
    this.endedAt = null;
    this.output?.hold(0);
    this.output?.open(true);
  }

  private reaches(place: number): boolean {
    const { seekable, duration } = this.audio;
    if (place < 0 || !Number.isFinite(duration)) return false;
    for (let range = 0; range < seekable.length; range += 1) {
      if (place >= seekable.start(range) && place <= seekable.end(range)) return true;
    }
    return false;
  }
}
