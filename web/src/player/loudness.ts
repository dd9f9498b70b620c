/** How loud a song is made, by the gain that is known of it. */
import type { PlayableSong } from '@/api/types';
import { isEpisode, type Playable, songIn } from './items';
import { kindOf } from './kinds';

export type Levelling = 'off' | 'track' | 'album' | 'auto';
export const levellings: readonly Levelling[] = ['auto', 'album', 'track', 'off'];

export interface LoudnessWish {
  levelling: Levelling;
  /** Decibel added to what the gain says. */
  preamp: number;
  /** Turned down where the highest sample would be cut off. */
  preventClipping: boolean;
}

type Gains = NonNullable<PlayableSong['replay_gain']>;

/** `inAlbum`: an album is heard in its order, so that its quiet songs stay quiet. */
function chosen(gains: Gains, levelling: Levelling, inAlbum: boolean): { gain: number; peak: number | null } | null {
  const album = levelling === 'album' || (levelling === 'auto' && inAlbum);
  if (album && gains.album_gain !== null) return { gain: gains.album_gain, peak: gains.album_peak };
  if (gains.track_gain !== null) return { gain: gains.track_gain, peak: gains.track_peak };
  return gains.album_gain === null ? null : { gain: gains.album_gain, peak: gains.album_peak };
}

/** The factor to multiply samples with. A song of which nothing is known stays as it is. */
export function gainFactor(song: PlayableSong | null, wish: LoudnessWish, inAlbum: boolean): number {
  if (wish.levelling === 'off' || !song?.replay_gain) return 1;
  const found = chosen(song.replay_gain, wish.levelling, inAlbum);
  if (!found) return 1;
  const factor = 10 ** ((found.gain + wish.preamp) / 20);
  // Where the peak is not known, full scale is taken for it: nothing is made louder.
  return wish.preventClipping ? Math.min(factor, 1 / Math.max(found.peak ?? 1, 1e-3)) : factor;
}

/** The volume of an element for the slider: squared, because loudness is heard in ratios. */
export function sliderVolume(slider: number): number {
  return Math.min(1, Math.max(0, slider * slider));
}

/** Whether two songs follow each other on one album. */
export function areNeighbours(
  first: PlayableSong | null | undefined,
  second: PlayableSong | null | undefined,
): boolean {
  if (!first || !second || first.album_id === null || first.album_id !== second.album_id) return false;
  if (first.disc !== second.disc) return second.track === 1 && (second.disc ?? 1) === (first.disc ?? 1) + 1;
  return first.track !== null && second.track === first.track + 1;
}

/**
 * Seconds in which one song fades into the next: never within an album, nor longer than a third of either song. What is
 * spoken neither fades nor is faded into.
 */
export function fadeBetween(song: Playable, following: Playable, wanted: number): number {
  if (isEpisode(song) || kindOf(following) === 'spoken' || areNeighbours(song, songIn(following))) return 0;
  return Math.min(wanted, song.duration / 3, following.duration / 3);
}
