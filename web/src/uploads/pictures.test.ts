import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, unreachable } from '@/api/errors';
import { picturesOfSongs, SentPictures } from './pictures';
import { sendPicture } from './tus';

vi.mock('./tus');

const found = (path: string) => ({ file: new File(['x'], path.split('/').pop() ?? ''), path });

describe('the picture of a song', () => {
  it('is the best of its folder, or else of the one around it', () => {
    const paths = [
      'Shore/back.jpg',
      'Shore/Folder.PNG',
      'Shore/thumb.webp',
      'Shore/1.mp3',
      'Shore/CD 2/2.flac',
      'Shore/CD 2/Scans/3.mp3',
      'Shore/all.zip',
      'Bare/4.mp3',
      'cover.jpg',
      '5.mp3',
    ];
    const pictures = picturesOfSongs(paths.map(found));
    const told = [...pictures].map(([one, picture]) => [one.path, picture.name]);
    expect(told).toEqual([
      ['Shore/1.mp3', 'Folder.PNG'],
      ['Shore/CD 2/2.flac', 'Folder.PNG'],
    ]);
  });
});

describe('a picture', () => {
  const picture = new File(['x'], 'cover.jpg');
  beforeEach(() => {
    vi.mocked(sendPicture).mockReset();
  });

  it('is sent once for all songs, and again when it is forgotten', async () => {
    vi.mocked(sendPicture).mockResolvedValue('picture_1');
    const sent = new SentPictures(vi.fn());
    expect(await Promise.all([sent.idOf(picture), sent.idOf(picture)])).toEqual(['picture_1', 'picture_1']);
    expect(sendPicture).toHaveBeenCalledTimes(1);
    sent.forget(picture);
    await sent.idOf(picture);
    expect(sendPicture).toHaveBeenCalledTimes(2);
  });

  it('that is refused is told once, and its songs go without it', async () => {
    vi.mocked(sendPicture).mockRejectedValue(new ApiError(415, 'no_picture', 'No picture.', null, 0));
    const refused = vi.fn();
    const sent = new SentPictures(refused);
    expect([await sent.idOf(picture), await sent.idOf(picture)]).toEqual(['', '']);
    expect(refused).toHaveBeenCalledTimes(1);
  });

  it('waits for the connection as its songs do', async () => {
    vi.mocked(sendPicture).mockRejectedValueOnce(unreachable()).mockResolvedValue('picture_1');
    const sent = new SentPictures(vi.fn());
    await expect(sent.idOf(picture)).rejects.toThrow();
    expect(await sent.idOf(picture)).toBe('picture_1');
  });
});
