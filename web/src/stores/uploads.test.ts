import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/errors';
import { listUploads } from '@/api/uploads';
import { keepFile, keptFiles } from '@/uploads/kept-files';
import { beginUpload, callOffUpload, sendFrom, sendWords, standingOf } from '@/uploads/tus';
import { useNotices } from './notices';
import { useSession } from './session';
import { useUploads } from './uploads';

vi.mock('@/api/uploads', () => ({
  listUploads: vi.fn().mockResolvedValue([]),
  readRoom: vi.fn().mockResolvedValue({}),
}));
vi.mock('@/uploads/tus');
vi.mock('@/uploads/kept-files');

const song = (name: string) => ({ file: new File(['sound'], name), path: name });

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(standingOf).mockResolvedValue({ offset: 0 } as never);
  vi.mocked(sendFrom).mockResolvedValue(undefined as never);
  vi.mocked(callOffUpload).mockResolvedValue(undefined);
  setActivePinia(createPinia());
});

it('calls off what was taken off the list while the server was asked for it', async () => {
  let answer = (_: string) => {};
  const begun = new Promise<string>((resolve) => {
    answer = resolve;
  });
  vi.mocked(beginUpload).mockReturnValueOnce(begun).mockResolvedValue('other');
  const uploads = useUploads();
  uploads.add([song('tide.flac')]);
  const [item] = uploads.items;
  if (!item) throw new Error('Nothing was added.');
  await uploads.remove(item);
  expect(callOffUpload).not.toHaveBeenCalled();
  answer('late');
  await vi.waitFor(() => expect(callOffUpload).toHaveBeenCalledWith('late'));
  expect(keepFile).not.toHaveBeenCalled();
  expect(sendFrom).not.toHaveBeenCalled();
  uploads.add([song('ebb.flac')]);
  await vi.waitFor(() => expect(sendFrom).toHaveBeenCalledTimes(1));
  expect(uploads.items.map((one) => one.transfer?.name)).toEqual(['ebb.flac']);
});

it('gives a song of a folder its words before its bytes, and goes on without those that are refused', async () => {
  vi.mocked(beginUpload).mockImplementation((name) => Promise.resolve(`of ${name}`));
  vi.mocked(sendWords).mockRejectedValueOnce(new ApiError(415, 'no_words', 'This is no TTML.'));
  const inFolder = (name: string) => ({ file: new File(['x'], name), path: `Shore/${name}` });
  const uploads = useUploads();
  uploads.add(['tide.flac', 'Tide.ttml', 'notes.txt', 'ebb.flac', 'ebb.lrc'].map(inFolder));
  await vi.waitFor(() => expect(sendFrom).toHaveBeenCalledTimes(2));
  expect(vi.mocked(sendWords).mock.calls.map(([id, { name }]) => [id, name])).toEqual([
    ['of tide.flac', 'Tide.ttml'],
    ['of ebb.flac', 'ebb.lrc'],
  ]);
  const [given = 0] = vi.mocked(sendWords).mock.invocationCallOrder;
  const [sent = 0] = vi.mocked(sendFrom).mock.invocationCallOrder;
  expect(sent).toBeGreaterThan(given);
  expect(useNotices().notices.map(({ text }) => text)).toEqual([
    '1 file that is no music was left out',
    'The lyrics in Tide.ttml could not be taken; the song is sent all the same. This is no TTML.',
  ]);
});

it('goes on after a reload whatever becomes of words that were kept, and without any', async () => {
  useSession().user = { id: 7 } as never;
  const upload = (id: string) => ({ id, state: 'receiving', filename: `${id}.flac`, size: 5, received: 2 });
  vi.mocked(listUploads).mockResolvedValueOnce([upload('tide'), upload('ebb')] as never);
  const kept = (id: string, words?: File[]) => ({ id, userId: 7, ...song(`${id}.flac`), words });
  vi.mocked(keptFiles).mockResolvedValueOnce([kept('tide', [new File(['x'], 'tide.lrc')]), kept('ebb')] as never);
  vi.mocked(sendWords).mockRejectedValueOnce(new ApiError(0, 'file_gone', ''));
  await useUploads().restore();
  await vi.waitFor(() => expect(sendFrom).toHaveBeenCalledTimes(2));
  expect(sendWords).toHaveBeenCalledTimes(1);
  expect(beginUpload).not.toHaveBeenCalled();
});
