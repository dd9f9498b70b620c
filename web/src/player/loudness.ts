import type { PlayableSong } from '@/api/types';

export type Levelling = 'off' | 'track' | 'album';

/**
 * The factor for an audio element, 0 to 1. The slider is squared, because loudness is heard in ratios; gain in decibel
 * can only turn down here, since an element cannot play louder than its file.
 */
export function elementVolume(slider: number, song: PlayableSong | null, levelling: Levelling): number {
  const gain = levelling === 'off' || !song?.replay_gain ? null : gainOf(song.replay_gain, levelling);
  const factor = gain === null ? 1 : Math.min(1, 10 ** (gain / 20));
  return Math.min(1, Math.max(0, slider * slider * factor));
}

function gainOf(gains: NonNullable<PlayableSong['replay_gain']>, levelling: 'track' | 'album'): number | null {
  return levelling === 'album' ? (gains.album_gain ?? gains.track_gain) : gains.track_gain;
}
