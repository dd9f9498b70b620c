/**
 * The way of the sound from the two elements to the loudspeaker: each has a delay (to put two songs end to end), a fade
 * and a gain of its own; all of it goes through one master.
 */

/** The longest time for which a song can be held back. Seconds; costs about 1.5 MB of memory for each element. */
export const LONGEST_DELAY = 4;
/** Changes of gain take this long, so that they do not click. Seconds. */
const SMOOTH = 0.015;
/** After so long in silence the sound card is let go. */
const SUSPEND_AFTER_MILLISECONDS = 20_000;

export class Output {
  constructor(
    private readonly context: AudioContext,
    private readonly delay: DelayNode,
    private readonly fade: GainNode,
    private readonly gain: GainNode,
  ) {}

  /** Holds what comes from now on back by so many seconds. */
  hold(seconds: number): void {
    this.delay.delayTime.cancelScheduledValues(0);
    this.delay.delayTime.setValueAtTime(Math.min(seconds, LONGEST_DELAY), this.context.currentTime);
  }

  setGain(factor: number): void {
    this.gain.gain.setTargetAtTime(factor, this.context.currentTime, SMOOTH);
  }

  /** Silent or not, at once. */
  open(isOpen: boolean): void {
    this.fade.gain.cancelScheduledValues(0);
    this.fade.gain.setValueAtTime(isOpen ? 1 : 0, this.context.currentTime);
  }

  /** Rises or falls over so many seconds, so that two songs together stay as loud as one. */
  cross(rising: boolean, seconds: number): void {
    const steps = 64;
    const curve = Float32Array.from({ length: steps }, (_, step) => {
      const angle = ((step / (steps - 1)) * Math.PI) / 2;
      return rising ? Math.sin(angle) : Math.cos(angle);
    });
    this.fade.gain.cancelScheduledValues(0);
    this.fade.gain.setValueCurveAtTime(curve, this.context.currentTime, seconds);
  }
}

/** On iPhone and iPad a page's sound graph sleeps while the screen is locked; a bare element plays on. */
function sleepsInBackground(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}

export class SoundGraph {
  private readonly context = new AudioContext({ latencyHint: 'playback' });
  private readonly master = this.context.createGain();
  private suspension: ReturnType<typeof setTimeout> | undefined;

  /** Null where bare elements are the better way. */
  static open(): SoundGraph | null {
    if (typeof AudioContext === 'undefined' || sleepsInBackground()) return null;
    return new SoundGraph();
  }

  private constructor() {
    this.master.connect(this.context.destination);
  }

  attach(audio: HTMLAudioElement): Output {
    const delay = this.context.createDelay(LONGEST_DELAY);
    const fade = this.context.createGain();
    const gain = this.context.createGain();
    this.context.createMediaElementSource(audio).connect(delay).connect(fade).connect(gain).connect(this.master);
    return new Output(this.context, delay, fade, gain);
  }

  wake(): void {
    clearTimeout(this.suspension);
    // A browser that wants a gesture first refuses the element, too; that is where it is told.
    if (this.context.state !== 'running') this.context.resume().catch(() => undefined);
  }

  rest(): void {
    clearTimeout(this.suspension);
    this.suspension = setTimeout(() => void this.context.suspend(), SUSPEND_AFTER_MILLISECONDS);
  }

  setMaster(factor: number): void {
    this.master.gain.setTargetAtTime(factor, this.context.currentTime, 0.05);
  }
}
