import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { i18n } from '.';
import { compile } from './compile';
import first from './en/first';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(vue|ts)$/.test(file) && !/\.test\.ts$|schema\.d\.ts$|^messages/.test(file))
  .map((file) => readFileSync(join('src', file), 'utf8'))
  .join('\n');

function keysOf(messages: object, prefix = ''): string[] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

const english = i18n.global.getLocaleMessage('en');
const known = keysOf(english);
const areas = Object.keys(english).join('|');
/** Every quoted text that looks like a key. */
const key = new RegExp(`['\`]((?:${areas})\\.[A-Za-z_.-]+)['\`]`, 'g');
const used = [...sources.matchAll(key)].map((match) => match[1]);
/** What keys that are put together begin with, such as library.sort. */
const begun = [...sources.matchAll(new RegExp(`\`((?:${areas})\\.[A-Za-z_.-]*)\\$\\{`, 'g'))].map((match) => match[1]);

/** Pages and commands that come after the words; routes name other pages, and cases are decided on a page of theirs. */
const AFTER_THE_WORDS = ['src/router.ts', 'src/stores/moderation.ts'];

function fileOf(importer: string, address: string): string | null {
  const path = address.startsWith('@/') ? join('src', address.slice(2)) : join(dirname(importer), address);
  return (
    [path, `${path}.ts`, join(path, 'index.ts')].find((file) => /\.(vue|ts)$/.test(file) && existsSync(file)) ?? null
  );
}

/** The file and all that it imports at once. */
function readAtOnce(file: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(file) || file.startsWith('src/messages')) return found;
  const source = readFileSync(file, 'utf8');
  found.set(file, source);
  for (const [, address] of source.matchAll(/^(?:import|export) (?!type)(?:[^'";]*? from )?'([@.][^']+)'/gm)) {
    const imported = fileOf(file, address as string);
    if (imported) readAtOnce(imported, found);
  }
  return found;
}

describe('the messages', () => {
  it('have words for every key that is used', () => {
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter((key) => !known.includes(key as string))).toEqual([]);
  });

  it('hold nothing that is not used', () => {
    const unused = known.filter(
      (key) => !used.includes(key) && !begun.some((start) => key.startsWith(start as string)),
    );
    expect(unused).toEqual([]);
  });

  it('of the first page do not come later', () => {
    const atOnce = readAtOnce('src/screens/HomeScreen.vue', readAtOnce('src/main.ts'));
    expect(atOnce.size).toBeGreaterThan(50);
    const known = keysOf(first);
    const late = [...atOnce].flatMap(([file, source]) =>
      AFTER_THE_WORDS.includes(file)
        ? []
        : [...source.matchAll(key)].map(([, one]) => one as string).filter((one) => !known.includes(one)),
    );
    expect(late).toEqual([]);
  });

  it('are filled with values, and tell one from many', () => {
    const say = (words: string, values: Record<string, unknown>, count?: number) => {
      i18n.global.mergeLocaleMessage('en', compile({ tried: words }));
      return count === undefined ? i18n.global.t('tried', values) : i18n.global.t('tried', values, count);
    };
    expect(say('From {from} to {to}, {from}', { from: 'a|b', to: 3 })).toBe('From a|b to 3, a|b');
    expect(say(' · ', {})).toBe(' · ');
    const songs = 'No songs | {n} song | {n} songs';
    expect([0, 1, 2].map((n) => say(songs, { n }, n))).toEqual(['No songs', '1 song', '2 songs']);
    expect(say('{n} song | {n} songs', { n: '1,000' }, 1000)).toBe('1,000 songs');
  });
});
