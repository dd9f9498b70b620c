/**
 * Two audio elements that take turns: one plays, the other already holds the next song, so that tracks follow each
 * other without waiting for the network. Nothing in the page touches these elements but this class.
 */
import { streamAddress } from '@/api/addresses';

export interface EngineListener {
  onTime(position: number): void;
  onDuration(seconds: number): void;
  onPlaying(playing: boolean): void;
  onWaiting(waiting: boolean): void;
  onBuffered(fraction: number): void;
  onEnded(): void;
  onFailed(songId: number): void;
}

interface Deck {
  audio: HTMLAudioElement;
  songId: number | null;
}

export class Engine {
  private current: Deck;
  private spare: Deck;

  constructor(private readonly listener: EngineListener) {
    this.current = this.makeDeck();
    this.spare = this.makeDeck();
  }

  get position(): number {
    return this.current.audio.currentTime;
  }

  /** Takes a song as the current one; it begins at `position` seconds once `play` is called. */
  load(songId: number, position = 0): void {
    this.current.audio.pause();
    if (this.spare.songId === songId && this.current.songId !== songId) {
      [this.current, this.spare] = [this.spare, this.current];
      this.empty(this.spare);
    } else {
      this.fill(this.current, songId);
    }
    if (position > 0 || this.current.audio.currentTime > 0) this.current.audio.currentTime = position;
    this.tellDuration(this.current);
  }

  /** Fetches the song that will probably come next. */
  prepare(songId: number): void {
    if (this.spare.songId !== songId && this.current.songId !== songId) this.fill(this.spare, songId);
  }

  async play(): Promise<void> {
    try {
      await this.current.audio.play();
    } catch (error) {
      // A newer load or a pause interrupts the promise; a browser that wants a gesture first refuses it.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.listener.onPlaying(false);
    }
  }

  pause(): void {
    this.current.audio.pause();
  }

  stop(): void {
    this.empty(this.current);
    this.empty(this.spare);
  }

  seek(position: number): void {
    this.current.audio.currentTime = position;
  }

  /** `volume` from 0 to 1 as the element takes it. */
  setVolume(volume: number): void {
    this.current.audio.volume = volume;
    this.spare.audio.volume = volume;
  }

  private makeDeck(): Deck {
    const audio = new Audio();
    audio.preload = 'auto';
    const deck: Deck = { audio, songId: null };
    const whenCurrent = (handle: () => void) => () => {
      if (this.current === deck) handle();
    };
    const listen = (event: string, handle: () => void) => audio.addEventListener(event, whenCurrent(handle));
    listen('timeupdate', () => this.listener.onTime(audio.currentTime));
    listen('seeking', () => this.listener.onTime(audio.currentTime));
    listen('durationchange', () => this.tellDuration(deck));
    listen('play', () => this.listener.onPlaying(true));
    listen('playing', () => this.listener.onWaiting(false));
    listen('pause', () => {
      if (!audio.ended) this.listener.onPlaying(false);
    });
    listen('waiting', () => this.listener.onWaiting(true));
    listen('canplay', () => this.listener.onWaiting(false));
    listen('progress', () => this.tellBuffered(audio));
    listen('ended', () => this.listener.onEnded());
    audio.addEventListener('error', () => this.fail(deck));
    return deck;
  }

  private fill(deck: Deck, songId: number): void {
    deck.songId = songId;
    deck.audio.src = streamAddress(songId);
    deck.audio.load();
  }

  private empty(deck: Deck): void {
    deck.songId = null;
    deck.audio.pause();
    deck.audio.removeAttribute('src');
    deck.audio.load();
  }

  private fail(deck: Deck): void {
    const songId = deck.songId;
    if (songId === null) return;
    deck.songId = null;
    if (deck === this.current) this.listener.onFailed(songId);
  }

  private tellDuration(deck: Deck): void {
    if (Number.isFinite(deck.audio.duration)) this.listener.onDuration(deck.audio.duration);
  }

  private tellBuffered(audio: HTMLAudioElement): void {
    if (audio.buffered.length === 0 || !Number.isFinite(audio.duration)) return;
    this.listener.onBuffered(audio.buffered.end(audio.buffered.length - 1) / audio.duration);
  }
}
