import { beforeEach, expect, it, vi } from 'vitest';
import type { PlayableSong } from '@/api/types';

const alike = vi.fn();
const player = { current: null as { id: number } | null, queue: {}, playSongs: vi.fn(), clearQueue: vi.fn() };
const show = vi.fn();
const enqueue = vi.fn();
vi.mock('@/api/sound', () => ({ similarSongs: (...asked: unknown[]) => alike(...asked) }));
vi.mock('@/stores/player', () => ({ usePlayer: () => player }));
vi.mock('@/stores/notices', () => ({ useNotices: () => ({ show, showFailure: vi.fn() }) }));
vi.mock('./enqueue', () => ({ enqueue: (...given: unknown[]) => enqueue(...given) }));

const { playMoreLike } = await import('./similar');
const song = (id: number) => ({ id, title: `Song ${id}` }) as PlayableSong;

beforeEach(() => {
  vi.clearAllMocks();
  player.current = null;
  player.queue = {};
});

it('plays the song first and then what sounds like it', async () => {
  alike.mockResolvedValue([song(8), song(9)]);
  player.current = song(3);
  await playMoreLike(song(7));
  expect(player.playSongs).toHaveBeenCalledWith([song(7), song(8), song(9)]);
});

it('lets the song that plays go on and lines the others up after it', async () => {
  alike.mockResolvedValue([song(8)]);
  player.current = song(7);
  const before = player.queue;
  player.clearQueue.mockImplementation(() => {
    player.queue = {};
  });
  await playMoreLike(song(7));
  expect(player.playSongs).not.toHaveBeenCalled();
  expect(player.clearQueue).toHaveBeenCalled();
  expect(enqueue.mock.lastCall?.slice(0, 2)).toEqual([[song(8)], 'last']);
  expect(enqueue.mock.lastCall?.[2]).toBe(before);
});

it('says so where nothing sounds like it, and leaves the queue alone', async () => {
  alike.mockResolvedValue([]);
  await playMoreLike(song(7));
  expect(show).toHaveBeenCalledWith(expect.stringContaining('Song 7'));
  expect(player.playSongs).not.toHaveBeenCalled();
});
