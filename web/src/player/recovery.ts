/** What is done when the sound stops by itself: the stream broke off, was refused, or merely sends nothing any more. */
import { noteFailed } from './decoding';
import { awaitConnection, diagnoseFailure, diagnoseSilence, type Failure } from './failure';
import { type Playable, soundIdOf } from './items';
import type { Source } from './sources';

export type { Failure };

interface Player {
  current(): Playable | null;
  source(): Source | null;
  /** Seconds into the song. */
  position(): number;
  /** Fetches the current song anew, from where it is. */
  again(): void;
  giveUp(song: Playable, failure: Failure): void;
  /** The server is away, or is back. */
  tell(isLost: boolean): void;
}

/** So often a song is fetched anew at one place before it counts as one that cannot be played. */
const MOST_TRIES = 2;
const SAME_PLACE_SECONDS = 5;
/** What has sent nothing for so long is looked after; each time in vain for twice as long, up to a minute. */
const FIRST_PATIENCE_MILLISECONDS = 8000;
const MOST_PATIENCE_MILLISECONDS = 60_000;

export function makeRecovery(player: Player) {
  let stopAsking = () => {};
  let isLost = false;
  let tries = 0;
  let tried = { soundId: 0, position: 0 };
  let patience = FIRST_PATIENCE_MILLISECONDS;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let reached = 0;

  const isCurrent = (song: Playable) => {
    const current = player.current();
    return current !== null && soundIdOf(current) === soundIdOf(song);
  };
  const isStill = (song: Playable, from: Source) => isCurrent(song) && player.source() === from;

  function mayTryAgain(song: Playable): boolean {
    const position = player.position();
    const isElsewhere = tried.soundId !== soundIdOf(song) || Math.abs(position - tried.position) > SAME_PLACE_SECONDS;
    tries = isElsewhere ? 1 : tries + 1;
    if (isElsewhere) tried = { soundId: soundIdOf(song), position };
    return tries <= MOST_TRIES;
  }

  function awaitServer(from: Source): void {
    clearTimeout(silence);
    stopAsking();
    if (!isLost) player.tell(true);
    isLost = true;
    stopAsking = awaitConnection(from, () => {
      if (player.source() !== from) return;
      find();
      player.again();
    });
  }

  function find(): void {
    if (!isLost) return;
    isLost = false;
    player.tell(false);
  }

  /** The element gave up on a song; `wasCut` where the connection was to blame. */
  async function recover(soundId: number, wasCut: boolean): Promise<void> {
    const [song, from] = [player.current(), player.source()];
    if (!song || !from || soundIdOf(song) !== soundId) return;
    clearTimeout(silence);
    const failure = await diagnoseFailure(from);
    if (!isStill(song, from)) return;
    if (failure === 'offline') {
      awaitServer(from);
    } else if (failure === null && from.form === null && !wasCut) {
      // The browser was wrong about its own file: the server makes another form of it.
      noteFailed(soundId);
      player.again();
    } else if (failure === null && mayTryAgain(song)) {
      player.again();
    } else {
      player.giveUp(song, failure ?? 'unplayable');
    }
  }

  /** The sound has run out, and nothing has come for a while. Browsers ask for the missing part by themselves; of what
   * is made while it is heard they would have to read everything again. */
  async function lookAfter(): Promise<void> {
    const [song, from] = [player.current(), player.source()];
    if (!song || !from || isLost) return;
    patience = Math.min(patience * 2, MOST_PATIENCE_MILLISECONDS);
    const asked = silence;
    const failure = await diagnoseSilence(from);
    if (!isStill(song, from) || silence !== asked) return;
    if (failure === 'offline') awaitServer(from);
    else if (failure !== null) player.giveUp(song, failure);
    else if (from.form !== null) player.again();
    else watch();
  }

  function watch(): void {
    clearTimeout(silence);
    silence = setTimeout(() => void lookAfter(), patience);
  }

  /** It is silent, as nothing is there to be heard yet. */
  function falter(): void {
    reached = -1;
    watch();
  }

  /** Up to here there is something to be heard. */
  function arrived(fraction: number): void {
    if (silence === undefined || fraction === reached) return;
    reached = fraction;
    watch();
  }

  /** It sounds, or is not meant to. */
  function rest(): void {
    clearTimeout(silence);
    silence = undefined;
    patience = FIRST_PATIENCE_MILLISECONDS;
  }

  /** It sounds again by itself. */
  function sound(): void {
    rest();
    stopAsking();
    find();
  }

  /** Another song, or another form of it, is fetched. */
  function begin(): void {
    stopAsking();
    isLost = false;
  }

  return { recover, falter, arrived, rest, sound, begin };
}
