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

const HAVE_METADATA = 1;

export class BroadcastEngine {
  private readonly audio = new Audio();
  private loaded = false;
  private address = '';
  private beginsAnywhere = false;
  /** Seconds into the episode at which the stream begins. */
  private offset = 0;
  /** Where to be in what is on its way. */
  private wanted = 0;

  constructor(listener: BroadcastListener) {
    this.audio.preload = 'auto';
    const listen = (event: string, handle: () => void) =>
      this.audio.addEventListener(event, () => {
        if (this.loaded) handle();
      });
    listen('timeupdate', () => listener.onTime(this.position));
    listen('seeking', () => listener.onTime(this.position));
    listen('loadedmetadata', () => this.arrive());
    listen('durationchange', () => {
      if (this.offset === 0 && Number.isFinite(this.audio.duration)) listener.onDuration(this.audio.duration);
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
    return this.offset + this.audio.currentTime;
  }

  /**
   * Takes what stands at `address`; it begins at `position` seconds once `play` is called. `beginsAnywhere` where the
   * server can send it from any place on.
   */
  load(address: string, position = 0, beginsAnywhere = false): void {
    this.loaded = true;
    this.address = address;
    this.beginsAnywhere = beginsAnywhere;
    this.fill(address, position, 0);
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

  /** What is made while it is heard cannot be moved in: it begins anew there. */
  seek(position: number): void {
    this.wanted = position;
    if (this.audio.readyState < HAVE_METADATA) this.audio.currentTime = Math.max(0, position - this.offset);
    else this.go(position);
  }

  private go(position: number): void {
    const { duration, seekable } = this.audio;
    const end = Number.isFinite(duration) && seekable.length > 0 ? seekable.end(seekable.length - 1) : 0;
    if (end > 0 && position >= this.offset) {
      this.audio.currentTime = position - this.offset;
      return;
    }
    if (!this.beginsAnywhere) return;
    const wasPlaying = !this.audio.paused;
    this.fill(
      `${this.address}${this.address.includes('?') ? '&' : '?'}offset=${position.toFixed(2)}`,
      position,
      position,
    );
    if (wasPlaying) this.audio.play().catch(() => undefined);
  }

  private arrive(): void {
    if (this.wanted > this.offset) this.go(this.wanted);
  }

  private fill(address: string, position: number, offset: number): void {
    this.offset = offset;
    this.wanted = position;
    this.audio.src = address;
    this.audio.load();
    if (position > offset) this.audio.currentTime = position - offset;
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
