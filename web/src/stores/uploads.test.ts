import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { keepFile } from '@/uploads/kept-files';
import { beginUpload, callOffUpload, sendFrom, standingOf } from '@/uploads/tus';
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
