import { VueQueryPlugin } from '@tanstack/vue-query';
import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from 'vue';
import { ApiError } from '@/api/errors';
import { setRating, setStar } from '@/api/listening';
import { queryClient } from '@/api/query-client';
import { songNamed } from '@/test/songs';
import { useAnnotations } from './annotations';
import { useNotices } from './notices';

vi.mock('@/api/listening', () => ({ setStar: vi.fn(), setRating: vi.fn() }));

beforeEach(() => {
  const pinia = createPinia();
  createApp({}).use(pinia).use(VueQueryPlugin, { queryClient });
  setActivePinia(pinia);
});

describe('stars and ratings', () => {
  it('are shown before the server has answered', async () => {
    vi.mocked(setStar).mockResolvedValue(undefined);
    const annotations = useAnnotations();
    const song = songNamed('a');
    const done = annotations.star('songs', song, true);
    expect(annotations.isStarred('songs', song)).toBe(true);
    await done;
    expect(annotations.isStarred('songs', song)).toBe(true);
  });

  it('are taken back with a sentence when the server refuses', async () => {
    vi.mocked(setStar).mockRejectedValue(new ApiError(503, 'busy', 'The server is busy.'));
    vi.mocked(setRating).mockRejectedValue(new ApiError(0, 'unreachable', 'The server cannot be reached.'));
    const annotations = useAnnotations();
    const song = songNamed('a', { user_rating: 2 });
    await annotations.star('songs', song, true);
    await annotations.rate('songs', song, 5);
    expect(annotations.isStarred('songs', song)).toBe(false);
    expect(annotations.ratingOf('songs', song)).toBe(2);
    expect(useNotices().notices.map((notice) => notice.text)).toEqual([
      'The star was not set. The server is busy.',
      'The rating was not saved. The server cannot be reached.',
    ]);
  });
});
