/**
 * What sounds beside the queue: an episode of a podcast, or a radio station. One audio element of its own, since nothing
 * comes after it and a station has neither length nor place.
 */

export interface BroadcastListener {
  onTime(position: number): void;
  onDuration(seconds: number): void;
  onPlaying(playing: boolean): void;
  onWaiting(waiting: boolean): void;
  onEnded(): void;
  onFailed(): void;
}

export class BroadcastEngine {
  private readonly audio = new Audio();
  private loaded = false;

  constructor(listener: BroadcastListener) {
    this.audio.preload = 'auto';
    const listen = (event: string, handle: () => void) =>
      this.audio.addEventListener(event, () => {
        if (this.loaded) handle();
      });
    listen('timeupdate', () => listener.onTime(this.audio.currentTime));
    listen('seeking', () => listener.onTime(this.audio.currentTime));
    listen('durationchange', () => {
      if (Number.isFinite(this.audio.duration)) listener.onDuration(this.audio.duration);
    });
    listen('play', () => listener.onPlaying(true));
    listen('pause', () => {
      if (!this.audio.ended && !this.audio.error) listener.onPlaying(false);
    });
    listen('waiting', () => listener.onWaiting(true));
    listen('playing', () => listener.onWaiting(false));
    listen('canplay', () => listener.onWaiting(false));
    listen('ended', () => listener.onEnded());
    listen('error', () => listener.onFailed());
  }

  get position(): number {
    return this.audio.currentTime;
  }

  /** Takes what stands at `address`; it begins at `position` seconds once `play` is called. */
  load(address: string, position = 0): void {
    this.loaded = true;
    this.audio.src = address;
    this.audio.load();
    if (position > 0) this.audio.currentTime = position;
  }

  /** False where the browser wants a gesture first. */
  async play(): Promise<boolean> {
    try {
      await this.audio.play();
    } catch (error) {
      // A newer load or a pause interrupts the promise, and what cannot be played is told by an event.
      if (error instanceof DOMException && error.name === 'NotAllowedError') return false;
    }
    return true;
  }

  pause(): void {
    this.audio.pause();
  }

  stop(): void {
    this.loaded = false;
    this.audio.pause();
    this.audio.removeAttribute('src');
    this.audio.load();
  }

  seek(position: number): void {
    this.audio.currentTime = position;
  }

  /** `volume` from 0 to 1 as the element takes it. */
  setVolume(volume: number): void {
    this.audio.volume = volume;
  }

  /** The speed; the pitch stays as it is. */
  setSpeed(speed: number): void {
    this.audio.defaultPlaybackRate = speed;
    this.audio.playbackRate = speed;
  }
}

/** Seconds until a station that fell silent is asked again; after the last one it counts as gone. */
export const RECONNECT_AFTER = [1, 3, 8, 15];

export type StationProblem = 'insecure' | 'list' | 'silent';

/** Why a station does not play, as far as a page can tell. */
export function stationProblem(address: string, pageIsSecure: boolean): StationProblem {
  if (pageIsSecure && address.startsWith('http:')) return 'insecure';
  return /\.(m3u|pls|asx|xspf)(\?|#|$)/i.test(address) ? 'list' : 'silent';
}
