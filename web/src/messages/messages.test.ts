import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { english } from '.';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(vue|ts)$/.test(file) && !/\.test\.ts$|schema\.d\.ts$|^messages/.test(file))
  .map((file) => readFileSync(join('src', file), 'utf8'))
  .join('\n');

function keysOf(messages: object, prefix = ''): string[] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

const known = keysOf(english);
const areas = Object.keys(english).join('|');
/** Every quoted text that looks like a key. */
const used = [...sources.matchAll(new RegExp(`['\`]((?:${areas})\\.[A-Za-z_.-]+)['\`]`, 'g'))].map((match) => match[1]);
/** What keys that are put together begin with, such as library.sort. */
const begun = [...sources.matchAll(new RegExp(`\`((?:${areas})\\.[A-Za-z_.-]*)\\$\\{`, 'g'))].map((match) => match[1]);

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
});
