/**
 * Two audio elements that take turns: one plays, the other already holds the next song. Shortly before the end the next
 * one begins, held back by exactly the time that is left, so that the songs meet without a gap (docs/adr/0009). Nothing
 * in the page touches these elements but this class.
 */
import { Deck, type Track } from './deck';
import { SoundGraph } from './graph';

export interface EngineListener {
  onTime(position: number): void;
  onDuration(seconds: number): void;
  onPlaying(playing: boolean): void;
  onWaiting(waiting: boolean): void;
  onBuffered(fraction: number): void;
  /** The prepared song is heard now. */
  onFollowed(soundId: number): void;
  onEnded(): void;
  /** `wasCut`: it could be played, but its connection broke off. */
  onFailed(soundId: number, wasCut: boolean): void;
  /** The song's own file does not do for this browser; whoever is told so has it come in another form. */
  onUnfit(soundId: number, position: number): void;
}

/** The next song begins so many seconds before it is heard: enough for a slow machine to start it and to measure. */
const AHEAD_SECONDS = 1.5;
/** The same for bare elements, which cannot be held back: about what starting takes. */
const AHEAD_BARE_SECONDS = 0.04;
/** From so many seconds before the end on the clock is looked at often. */
const WATCHED_SECONDS = 20;
const STEP_MILLISECONDS = 30;
/** The last measurements count; the first ones after a start are unsteady. Seconds. */
const STEADY_AFTER_SECONDS = 0.3;
/** What has ended may still be on its way through the graph. */
const RETIRE_MILLISECONDS = 400;
const EARLY_SECONDS = 0.05;
const SHORTEST_FADE_SECONDS = 0.1;
const MEDIA_ERR_NETWORK = 2;

/** The next song is on its way. `fade` seconds long, or 0 for end to end; `lags` are the measured delays it needs. */
interface Joint {
  fade: number;
  lags: number[];
}

export class Engine {
  private current: Deck;
  private spare: Deck;
  private graph: SoundGraph | null | undefined;
  private joint: Joint | null = null;
  /** The song that could not be fetched beforehand. */
  private refused: number | null = null;
  private wantedFade = 0;
  private isWanted = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private retiring: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly listener: EngineListener) {
    this.current = this.makeDeck();
    this.spare = this.makeDeck();
  }

  get position(): number {
    return this.current.position;
  }

  /** Nothing is loaded, or what was could not be played. */
  get isEmpty(): boolean {
    return this.current.track === null;
  }

  /** Takes a song as the current one; it begins at `position` seconds once `play` is called. */
  load(track: Track, position = 0): void {
    this.isWanted = false;
    this.refused = null;
    this.separate();
    this.retire();
    this.current.audio.pause();
    if (position === 0 && this.spare.holds(track) && !this.current.holds(track)) {
      [this.current, this.spare] = [this.spare, this.current];
      this.current.setGain(track.gain);
      this.spare.empty();
    } else {
      this.current.fill(track, position);
    }
    this.listener.onDuration(this.current.duration);
  }

  /** Fetches the song that comes next, to be faded into over so many seconds or (0) to follow end to end. */
  prepare(track: Track, fade: number): void {
    this.wantedFade = fade;
    if (this.retiring !== undefined || this.refused === track.source.soundId) return;
    if (this.spare.holds(track)) {
      if (!this.joint) this.spare.setGain(track.gain);
      return;
    }
    this.separate();
    this.spare.fill(track);
  }

  /** Nothing comes next, or not by itself. */
  prepareNothing(): void {
    if (this.retiring !== undefined) return;
    this.separate();
    if (this.spare.track) this.spare.empty();
  }

  async play(): Promise<void> {
    this.isWanted = true;
    this.openGraph();
    try {
      await this.current.play();
    } catch (error) {
      // A newer load or a pause interrupts the promise; a browser that wants a gesture first refuses it.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.listener.onPlaying(false);
    }
  }

  pause(): void {
    this.isWanted = false;
    clearTimeout(this.timer);
    this.retire();
    this.separate();
    this.current.pause();
    this.graph?.rest();
  }

  stop(): void {
    this.pause();
    this.current.empty();
    this.spare.empty();
  }

  seek(position: number): void {
    this.retire();
    this.separate();
    this.current.seek(position);
    this.look(this.current);
  }

  /** `volume` from 0 to 1 as the element takes it. */
  setVolume(volume: number): void {
    for (const deck of this.decks) deck.setVolume(volume);
  }

  /** The factor that evens out the current song. */
  setGain(gain: number): void {
    this.current.setGain(gain);
  }

  setRate(rate: number): void {
    if (this.current.audio.playbackRate === rate) return;
    this.separate();
    for (const deck of this.decks) deck.setRate(rate);
    this.finishIfRead();
  }

  /** Everything quieter, from 1 to 0: falling asleep. */
  setFade(factor: number): void {
    this.graph?.setMaster(factor);
  }

  private get decks(): Deck[] {
    return [this.current, this.spare];
  }

  private openGraph(): void {
    if (this.graph === undefined) {
      this.graph = SoundGraph.open();
      if (this.graph) for (const deck of this.decks) deck.attach(this.graph);
    }
    this.graph?.wake();
  }

  private makeDeck(): Deck {
    const deck = new Deck();
    const { audio } = deck;
    const listen = (event: string, handle: () => void) =>
      audio.addEventListener(event, () => {
        if (this.current === deck) handle();
      });
    const tellTime = () => {
      this.listener.onTime(deck.position);
      this.follow();
    };
    listen('timeupdate', tellTime);
    listen('seeking', tellTime);
    audio.addEventListener('loadedmetadata', () => this.look(deck));
    listen('durationchange', () => this.listener.onDuration(deck.duration));
    listen('play', () => this.listener.onPlaying(true));
    listen('playing', () => this.listener.onWaiting(false));
    listen('pause', () => {
      if (!audio.ended) this.listener.onPlaying(false);
    });
    listen('waiting', () => this.listener.onWaiting(true));
    listen('canplay', () => this.listener.onWaiting(false));
    listen('progress', () => this.tellBuffered(deck));
    listen('ended', () => this.finish());
    audio.addEventListener('error', () => this.fail(deck));
    return deck;
  }

  private look(deck: Deck): void {
    if (deck.soundId !== null && deck.isUnfit) this.listener.onUnfit(deck.soundId, deck.wanted);
  }

  private fail(deck: Deck): void {
    const { soundId } = deck;
    // An element that was emptied complains, too.
    if (soundId === null || !deck.audio.hasAttribute('src')) return;
    deck.track = null;
    if (deck === this.current) {
      this.listener.onFailed(soundId, deck.audio.error?.code === MEDIA_ERR_NETWORK);
      return;
    }
    // It is tried again when it is its turn, and then told.
    this.refused = soundId;
    this.separate();
    this.finishIfRead();
  }

  private tellBuffered(deck: Deck): void {
    const { buffered } = deck.audio;
    if (buffered.length === 0 || deck.duration <= 0 || !deck.track) return;
    this.listener.onBuffered((deck.track.source.offset + buffered.end(buffered.length - 1)) / deck.duration);
  }

  /** Looks at the clock: the next song begins when its time has come. */
  private follow(): void {
    clearTimeout(this.timer);
    if (!this.isWanted || !this.spare.track || this.retiring !== undefined) return;
    const left = this.current.remaining;
    if (left > WATCHED_SECONDS) return;
    if (this.joint) {
      this.steer(this.joint, left);
      return;
    }
    const ahead = this.wantedFade > 0 && this.graph ? this.wantedFade : this.graph ? AHEAD_SECONDS : AHEAD_BARE_SECONDS;
    const { audio } = this.current;
    const isHeard = !audio.paused || (audio.ended && left > SHORTEST_FADE_SECONDS);
    if (left <= ahead && isHeard && this.spare.isReady) {
      this.begin(left);
      return;
    }
    this.timer = setTimeout(() => this.follow(), Math.max(STEP_MILLISECONDS / 2, Math.min(250, (left - ahead) * 1000)));
  }

  private begin(left: number): void {
    const fade = this.graph && this.wantedFade > 0 ? Math.max(left, SHORTEST_FADE_SECONDS) : 0;
    const late = this.graph && fade === 0 ? left : 0;
    const joint: Joint = { fade, lags: [] };
    this.joint = joint;
    // A song that will not start is told by its element; then the current one simply ends.
    this.spare.playLater(late).catch(() => {
      if (this.joint !== joint) return;
      this.separate();
      this.finishIfRead();
    });
    if (fade > 0) {
      this.current.cross(false, fade);
      this.spare.cross(true, fade);
    }
    this.timer = setTimeout(() => this.follow(), STEP_MILLISECONDS);
  }

  /** Measures how far the next song is ahead, and holds it back by exactly that. */
  private steer(joint: Joint, left: number): void {
    const { audio } = this.spare;
    const hasBegun = audio.currentTime > 0;
    if (joint.fade > 0 || !this.graph) {
      if (hasBegun) this.change(joint.fade > 0 ? joint.fade * 1000 : RETIRE_MILLISECONDS);
      else this.timer = setTimeout(() => this.follow(), STEP_MILLISECONDS);
      return;
    }
    if (hasBegun && !this.current.audio.ended) {
      joint.lags.push(audio.currentTime / audio.playbackRate + left);
      const steady = joint.lags.slice(-9).sort((one, other) => one - other);
      // Once it can be heard it stays where it is.
      if (audio.currentTime > STEADY_AFTER_SECONDS && left > 0.1) {
        this.spare.holdBack(Math.max(0, steady[steady.length >> 1] as number));
      }
    }
    if (this.current.audio.ended && hasBegun) {
      // It was over earlier than its length had said.
      const needed = audio.currentTime / audio.playbackRate + Math.max(0, left);
      if (this.spare.heldBack - needed > EARLY_SECONDS) this.spare.holdBack(needed);
    }
    if (left <= 0) this.change(RETIRE_MILLISECONDS);
    else this.timer = setTimeout(() => this.follow(), Math.max(1, Math.min(STEP_MILLISECONDS, left * 1000)));
  }

  /** The next song is the current one. The old one leaves when its last sound is through. */
  private change(retireAfter: number): void {
    this.joint = null;
    [this.current, this.spare] = [this.spare, this.current];
    this.retiring = setTimeout(() => this.retire(), retireAfter);
    this.listener.onDuration(this.current.duration);
    this.listener.onFollowed(this.current.soundId as number);
  }

  private retire(): void {
    if (this.retiring === undefined) return;
    clearTimeout(this.retiring);
    this.retiring = undefined;
    this.spare.empty();
  }

  /** Calls off what was begun: the current song is alone again. */
  private separate(): void {
    clearTimeout(this.timer);
    if (!this.joint) return;
    if (this.joint.fade > 0) this.current.unfade();
    this.joint = null;
    const { track } = this.spare;
    this.spare.empty();
    if (track) this.spare.fill(track);
  }

  /** The element has read its song to the end; what it has read is heard to the end. */
  private finish(): void {
    const ending = this.current;
    // While its last sound is on its way, the next song may still become ready.
    this.follow();
    if (this.joint || this.current !== ending) return;
    clearTimeout(this.timer);
    const left = ending.remaining;
    if (left > 0.02) this.timer = setTimeout(() => this.finish(), Math.min(STEP_MILLISECONDS, left * 1000));
    else this.listener.onEnded();
  }

  /** Nothing follows the current song by itself any more: its end is told, also where it was read before. */
  private finishIfRead(): void {
    if (this.isWanted && this.current.audio.ended) this.finish();
  }
}
