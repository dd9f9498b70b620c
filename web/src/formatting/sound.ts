/** What was measured of a song, in words. */
import type { Sound } from '@/api/sound';
import { translate } from '@/messages';

/** Below this the key is a guess, and said to be one. */
const SURE = 0.75;
const STEPS = [
  [0.35, 'calm'],
  [0.55, 'easy'],
  [0.75, 'lively'],
] as const;

/** `F♯ minor`, or `perhaps F♯ minor`; what people tell is never a guess. Null where no notes were heard. */
export function keyOf(sound: Pick<Sound, 'key' | 'key_strength' | 'own_key'>): string | null {
  const key = sound.own_key ?? sound.key;
  if (!key) return null;
  const isMinor = key.endsWith('m');
  const note = key.replace('m', '').replace('#', '♯').replace(/b$/, '♭');
  const value = translate(isMinor ? 'sounds.minor' : 'sounds.major', { note });
  return !sound.own_key && (sound.key_strength ?? 0) < SURE ? translate('sounds.perhaps', { value }) : value;
}

export function energyOf(sound: Pick<Sound, 'energy'>): string | null {
  const { energy } = sound;
  if (energy === null) return null;
  const step = STEPS.find(([most]) => energy < most)?.[1] ?? 'driving';
  return translate(`sounds.energyOf.${step}`);
}

export function loudnessOf(sound: Pick<Sound, 'loudness' | 'loudness_range'>): string | null {
  if (sound.loudness === null) return null;
  const told = { loudness: sound.loudness.toFixed(1), range: (sound.loudness_range ?? 0).toFixed(1) };
  return translate('sounds.loudnessOf', told);
}
