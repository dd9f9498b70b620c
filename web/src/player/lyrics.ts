import type { LyricLayer, Lyrics, LyricWord } from '@/api/types';

/** The line, or word, that has begun last at `milliseconds`, by halving; -1 before the first. */
export function lineAt(lines: readonly { start: number }[], milliseconds: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle] as { start: number }).start <= milliseconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The word of a line that has begun last, -1 before the first, and whether it sounds still: a rest may follow it. */
export function wordAt(words: readonly LyricWord[], milliseconds: number): { place: number; sounds: boolean } {
  const place = lineAt(words, milliseconds);
  const end = words[place]?.end ?? null;
  return { place, sounds: place >= 0 && (end === null || milliseconds < end) };
}

/** What stands below a line: how it is spoken, or what it means. */
export interface Beside {
  kind: LyricLayer['kind'];
  language: string | null;
  text: string;
}

/** Of each kind of layer the one in the reader's `language`, else the first, by the millisecond at which its line begins. */
export function besideLines(layers: readonly LyricLayer[], language: string): Map<number, Beside[]> {
  const found = new Map<number, Beside[]>();
  for (const kind of ['pronunciation', 'translation']) {
    const some = layers.filter((layer) => layer.kind === kind);
    const layer = some.find((one) => one.language?.split('-')[0] === language.split('-')[0]) ?? some[0];
    for (const { start, text } of layer?.lines ?? []) {
      found.set(start, [...(found.get(start) ?? []), { kind, language: layer?.language ?? null, text }]);
    }
  }
  return found;
}

/** Who sings each line: the singer's part, and the name where another one with a name begins. */
export function partsOf(lyrics: Pick<Lyrics, 'synced' | 'singers'>): { role: string; name: string }[] {
  const singers = new Map(lyrics.singers.map((one) => [one.id, one]));
  let last = '';
  return (lyrics.synced ?? []).map((line) => {
    const singer = line.singer === null ? undefined : singers.get(line.singer);
    const begins = singer !== undefined && singer.role !== 'bg' && singer.id !== last && line.text !== '';
    if (begins) last = singer.id;
    return { role: singer?.role ?? 'main', name: (begins && singer.name) || '' };
  });
}
