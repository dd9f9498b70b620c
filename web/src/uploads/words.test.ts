import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, unreachable } from '@/api/errors';
import { sendWords } from './tus';
import { giveWords, wordsOfSongs } from './words';

vi.mock('./tus');

const found = (path: string, content = 'x') => ({ file: new File([content], path.split('/').pop() ?? ''), path });

describe('the words of a song', () => {
  it('lie beside it under its name, the best ending first', () => {
    const paths = [
      'Shore/One.txt',
      'Shore/one.LRC',
      'Shore/ONE.ttml',
      'Shore/One.mp3',
      'Shore/One.flac',
      'Shore/README.txt',
      'Shore/CD 2/Two.m4a',
      'Shore/Two.lrc',
      'Shore/all.zip',
      'Shore/all.txt',
      'Shore/a.b.ogg',
      'Shore/a.lrc',
      'Loose.opus',
      'Loose.lrc',
    ];
    const long = [found('Shore/Long.lrc', 'x'.repeat(128 * 1024 + 1)), found('Shore/Long.mp3')];
    const words = wordsOfSongs([...paths.map((path) => found(path)), ...long]);
    expect([...words].map(([one, files]) => [one.path, files.map((file) => file.name)])).toEqual([
      ['Shore/One.mp3', ['ONE.ttml', 'one.LRC', 'One.txt']],
      ['Shore/One.flac', ['ONE.ttml', 'one.LRC', 'One.txt']],
      ['Loose.opus', ['Loose.lrc']],
    ]);
  });
});

describe('words', () => {
  const best = new File(['<svg/>'], 'One.TTML');
  const next = new File(['One'], 'One.txt');
  const none = () => new ApiError(415, 'no_words', 'This is no TTML.', null, 0);
  beforeEach(() => {
    vi.mocked(sendWords).mockReset();
  });

  it('that the server takes are sent alone', async () => {
    const refused = vi.fn();
    await giveWords('upload_1', [best, next], refused);
    expect(vi.mocked(sendWords).mock.calls).toEqual([['upload_1', best, '.ttml']]);
    expect(refused).not.toHaveBeenCalled();
  });

  it('that it refuses are told, and the next are tried', async () => {
    vi.mocked(sendWords).mockRejectedValueOnce(none());
    const refused = vi.fn();
    await giveWords('upload_1', [best, next], refused);
    expect(refused.mock.calls.map(([file]) => file)).toEqual([best]);
    expect(vi.mocked(sendWords).mock.calls.map(([, file]) => file)).toEqual([best, next]);
  });

  it('wait for the connection, and for an upload that is there', async () => {
    const refused = vi.fn();
    for (const error of [unreachable(), new ApiError(404, 'upload_not_found', '', null, 0)]) {
      vi.mocked(sendWords).mockRejectedValueOnce(error);
      await expect(giveWords('upload_1', [best, next], refused)).rejects.toBe(error);
    }
    expect(refused).not.toHaveBeenCalled();
  });
});
