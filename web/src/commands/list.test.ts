import { VueQueryPlugin } from '@tanstack/vue-query';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { createApp } from 'vue';
import { queryClient } from '@/api/query-client';
import { matchingCommands } from '@/components/search/matching-commands';
import { useSession } from '@/stores/session';
import { songNamed } from '@/test/songs';
import { keySigns, strokeOf } from './keys';
import { allCommands, beginsSequence, commandForKeys, commandsFor } from './list';
import { everything } from './subject';

const press = (key: string, held: Partial<KeyboardEventInit> = {}) =>
  strokeOf(new KeyboardEvent('keydown', { key, ...held }));
const ids = (subject: Parameters<typeof commandsFor>[0]) => commandsFor(subject).map((command) => command.id);

beforeEach(() => {
  const pinia = createPinia();
  createApp({}).use(pinia).use(VueQueryPlugin, { queryClient });
  setActivePinia(pinia);
});

describe('the command list', () => {
  it('knows each command once', () => {
    const known = allCommands.map((command) => command.id);
    expect(new Set(known).size).toBe(known.length);
  });

  it('gives no key to two commands that can both be meant', () => {
    const general = allCommands.filter((command) => command.kind === 'everything' && command.keys);
    const keys = general.map((command) => command.keys);
    expect(new Set(keys).size).toBe(keys.length);
    const ofSongs = new Set(allCommands.filter((command) => command.kind === 'songs').map((command) => command.keys));
    expect(keys.filter((key) => ofSongs.has(key))).toEqual([]);
  });

  it('keeps the first stroke of a sequence free', () => {
    const first = allCommands
      .filter((command) => command.keys?.includes(' '))
      .map((command) => command.keys?.split(' ')[0]);
    const single = new Set(allCommands.map((command) => command.keys));
    expect(first.every((stroke) => stroke && beginsSequence(stroke) && !single.has(stroke))).toBe(true);
  });

  it('offers a star or its removal, never both', () => {
    expect(ids({ kind: 'songs', songs: [songNamed('plain')] })).toContain('songs-star');
    const starred = ids({ kind: 'songs', songs: [songNamed('loved', { starred: '2026-11-01T00:00:00Z' })] });
    expect(starred).toContain('songs-unstar');
    expect(starred).not.toContain('songs-star');
  });

  it('goes to an album only from one song', () => {
    expect(ids({ kind: 'songs', songs: [songNamed('a')] })).toContain('songs-album');
    expect(ids({ kind: 'songs', songs: [songNamed('a'), songNamed('b')] })).not.toContain('songs-album');
  });

  it('lets only admins scan', () => {
    expect(ids(everything)).not.toContain('scan');
    useSession().user = {
      id: 1,
      username: 'ada',
      email: 'a@b.c',
      full_name: null,
      roles: ['admin'],
      image: null,
    } as never;
    expect(ids(everything)).toContain('scan');
  });

  it('finds commands by their keys', () => {
    expect(commandForKeys('g a', [everything])?.id).toBe('go-albums');
    expect(commandForKeys('f', [everything, { kind: 'songs', songs: [songNamed('a')] }])?.id).toBe('songs-star');
    expect(commandForKeys('f', [everything])).toBeNull();
  });

  it('finds commands by the beginnings of their words', () => {
    const found = matchingCommands(commandsFor(everything), 'go alb').map((command) => command.id);
    expect(found).toEqual(['go-albums']);
  });
});

describe('keys', () => {
  it('are named alike on every keyboard', () => {
    expect(press(' ')).toBe('space');
    expect(press('N', { shiftKey: true })).toBe('shift+n');
    expect(press('?', { shiftKey: true })).toBe('?');
    expect(press('k', { metaKey: true })).toBe('mod+k');
    expect(press('k', { ctrlKey: true })).toBe('mod+k');
  });

  it('are shown stroke by stroke', () => {
    expect(keySigns('g h')).toEqual([['G'], ['H']]);
  });
});
