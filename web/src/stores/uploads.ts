/** What goes from this browser to the server: it goes on while pages change, and after a reload where the browser lets it. */
import { defineStore } from 'pinia';
import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { ApiError, sentenceOf } from '@/api/errors';
import { queryClient } from '@/api/query-client';
import { listUploads, readRoom, type Upload, type UploadRoom } from '@/api/uploads';
import { translate } from '@/messages';
import { type Found, isLitter, isTaken } from '@/uploads/folders';
import { dropKept, keepFile, keptFiles } from '@/uploads/kept-files';
import { passes, picturesOfSongs, SentPictures } from '@/uploads/pictures';
import { SpeedMeter } from '@/uploads/speed';
import { type Item, itemOf, newKey, refusalBefore, secondsLeft, type Transfer } from '@/uploads/transfer';
import { beginUpload, callOffUpload, sendFrom, standingOf } from '@/uploads/tus';
import { giveWords, wordsOfSongs } from '@/uploads/words';
import { useNotices } from './notices';
import { useSession } from './session';

const AT_ONCE = 2;
const POLL_MILLISECONDS = 1500;
const TOLD_MILLISECONDS = 500;
const LONGEST_WAIT_MILLISECONDS = 30_000;

interface Added extends Found {
  picture?: File | undefined;
  words?: File[] | undefined;
  /** The upload that it goes on with. */
  uploadId?: string;
}

export const useUploads = defineStore('uploads', () => {
  const transfers = ref<Transfer[]>([]);
  const uploads = shallowRef<Upload[]>([]);
  const room = shallowRef<UploadRoom | null>(null);
  /** Why what the server has cannot be shown, as long as it cannot. */
  const problem = shallowRef<unknown>(null);
  const known = ref(false);
  const speed = ref<number | null>(null);
  const left = ref<number | null>(null);

  const meter = new SpeedMeter();
  const sentPictures = new SentPictures((picture, error) =>
    useNotices().showFailure(translate('uploads.pictureRefused', { name: picture.name }), error),
  );
  const running = new Map<string, AbortController>();
  let poll: ReturnType<typeof setTimeout> | undefined;
  let clock: ReturnType<typeof setInterval> | undefined;
  let failures = 0;
  let restored = false;

  /** The newest first; what came out of an archive stands with the archive. */
  const items = computed<Item[]>(() => {
    const byId = new Map(uploads.value.map((upload) => [upload.id, upload]));
    const own = transfers.value.map((one) => itemOf(one, byId.get(one.uploadId) ?? null));
    const taken = new Set(transfers.value.map((one) => one.uploadId));
    const others = uploads.value.filter((upload) => !taken.has(upload.id) && !upload.archive_id);
    return [...own, ...others.map((upload) => itemOf(null, upload))];
  });
  const ofArchive = (id: string): Upload[] => uploads.value.filter((upload) => upload.archive_id === id);

  const moving = computed(() => transfers.value.filter((one) => one.state === 'queued' || one.state === 'sending'));
  const total = computed(() => {
    const counted = transfers.value.filter((one) => one.state !== 'failed');
    const size = counted.reduce((sum, one) => sum + one.size, 0);
    const sent = counted.reduce((sum, one) => sum + one.sent, 0);
    return { count: counted.length, size, sent, done: counted.filter((one) => one.state === 'sent').length };
  });

  function add(found: readonly Found[]): void {
    const wanted = found.filter(({ file }) => !isLitter(file.name));
    const pictures = picturesOfSongs(wanted);
    const words = wordsOfSongs(wanted);
    const beside = new Set([...pictures.values(), ...[...words.values()].flat()]);
    let passed = 0;
    for (const one of wanted) {
      if (isTaken(one.file.name)) addOne({ ...one, picture: pictures.get(one), words: words.get(one) });
      else if (beside.has(one.file)) continue;
      else if (one.path.includes('/')) passed += 1;
      else addOne(one);
    }
    if (passed > 0) useNotices().show(translate('uploads.passedOver', { n: passed }, passed));
    sendNext();
  }

  function addOne({ file, path, picture, words = [], uploadId = '' }: Added): void {
    const interrupted = uploads.value.find(
      (upload) =>
        upload.state === 'receiving' &&
        upload.filename === file.name &&
        upload.size === file.size &&
        !transfers.value.some((one) => one.uploadId === upload.id),
    );
    const error = refusalBefore(file.name, file.size, room.value?.largest_file ?? Number.POSITIVE_INFINITY);
    const known = uploadId || interrupted?.id || '';
    const sent = interrupted?.received ?? 0;
    const base = {
      key: newKey(),
      name: file.name,
      path,
      size: file.size,
      file,
      picture: picture ?? null,
      words,
      wordsGivenTo: '',
      sent,
      uploadId: known,
      canRetry: false,
    };
    transfers.value.push(reactive<Transfer>({ ...base, state: error ? 'failed' : 'queued', error }));
  }

  function sendNext(): void {
    while (running.size < AT_ONCE) {
      const next = transfers.value.find((one) => one.state === 'queued');
      if (!next) break;
      next.state = 'sending';
      void send(next);
    }
    if (running.size > 0 && clock === undefined) clock = setInterval(tellSpeed, TOLD_MILLISECONDS);
    if (running.size === 0 && clock !== undefined) {
      clearInterval(clock);
      clock = undefined;
      meter.forget();
      tellSpeed();
    }
  }

  function tellSpeed(): void {
    speed.value = meter.speed();
    left.value = secondsLeft(transfers.value, meter);
  }

  async function send(one: Transfer): Promise<void> {
    const control = new AbortController();
    const { key } = one;
    running.set(key, control);
    try {
      if (!one.uploadId) {
        const pictureId = one.picture ? await sentPictures.idOf(one.picture) : '';
        // Paused, or taken off the list, while its picture was sent.
        if (control.signal.aborted) return;
        const uploadId = await beginUpload(one.name, one.size, key, pictureId);
        if (!transfers.value.some((other) => other.key === key)) {
          // Taken off the list while the server was asked, when nobody knew yet what to call off.
          await callOffUpload(uploadId).catch(() => undefined);
          return;
        }
        one.uploadId = uploadId;
        const userId = useSession().user?.id ?? 0;
        void keepFile({ id: one.uploadId, userId, file: one.file, path: one.path, words: [...one.words] });
      }
      await giveItsWords(one);
      // Paused while the server was asked.
      if (control.signal.aborted) return;
      one.sent = (await standingOf(one.uploadId)).offset;
      await sendFrom(one.uploadId, one.file, one.sent, (sent) => told(one, sent), control.signal);
      one.state = 'sent';
      failures = 0;
      void dropKept(one.uploadId);
      void look();
    } catch (error) {
      if (!control.signal.aborted) interrupted(one, error);
    } finally {
      // It may have been paused and begun anew meanwhile.
      if (running.get(key) === control) running.delete(key);
      sendNext();
    }
  }

  async function giveItsWords(one: Transfer): Promise<void> {
    const { uploadId } = one;
    if (one.wordsGivenTo === uploadId) return;
    await giveWords(uploadId, one.words, ({ name }, error) =>
      useNotices().showFailure(translate('uploads.wordsRefused', { name }), error),
    );
    one.wordsGivenTo = uploadId;
  }

  function told(one: Transfer, sent: number): void {
    meter.add(Math.max(0, sent - one.sent));
    one.sent = sent;
  }

  function interrupted(one: Transfer, error: unknown): void {
    const refused = error instanceof ApiError ? error : null;
    if (passes(error) || refused?.code === 'offset_wrong' || refused?.code === 'upload_busy') {
      one.state = 'offline';
      const wait = Math.min(LONGEST_WAIT_MILLISECONDS, 1000 * 2 ** Math.min(failures++, 5));
      setTimeout(() => goOn(one), wait);
      return;
    }
    if (one.picture) sentPictures.forget(one.picture);
    one.state = 'failed';
    one.error = refused?.code === 'file_gone' ? translate('uploads.fileGone') : sentenceOf(error);
    if (refused?.status === 404) {
      // Its time was over, or it was called off elsewhere: it can be sent anew.
      void dropKept(one.uploadId);
      Object.assign(one, { uploadId: '', key: newKey(), sent: 0, error: translate('uploads.forgotten') });
    }
    one.canRetry = refused?.code !== 'file_gone' && refused?.code !== 'not_audio';
    void look();
  }

  function goOn(one: Transfer): void {
    if (one.state !== 'offline') return;
    one.state = 'queued';
    sendNext();
  }

  function connectionIsBack(): void {
    failures = 0;
    for (const one of transfers.value) goOn(one);
  }

  function pause(one: Transfer): void {
    one.state = 'paused';
    running.get(one.key)?.abort();
    void look();
  }

  function resume(one: Transfer): void {
    if (!['paused', 'failed', 'offline'].includes(one.state)) return;
    Object.assign(one, { state: 'queued', error: '' });
    sendNext();
  }

  function pauseAll(): void {
    for (const one of moving.value) pause(one);
  }

  function resumeAll(): void {
    for (const one of transfers.value) if (one.state === 'paused' || one.state === 'offline') resume(one);
  }

  /** Calls an upload off, or takes what has ended off the list. */
  async function remove(item: Item): Promise<void> {
    const { transfer, upload } = item;
    const id = transfer?.uploadId || upload?.id;
    if (transfer) {
      transfers.value = transfers.value.filter((one) => one.key !== transfer.key);
      running.get(transfer.key)?.abort();
    }
    uploads.value = uploads.value.filter((one) => one.id !== id && one.archive_id !== id);
    if (!id) return;
    void dropKept(id);
    try {
      await callOffUpload(id);
    } catch (error) {
      useNotices().showFailure(translate('uploads.notRemoved'), error);
    }
    void look();
  }

  async function clear(): Promise<void> {
    const ended = items.value.filter((item) => item.stage === 'done' || item.stage === 'failed');
    await Promise.all(ended.map(remove));
  }

  /** Asks the server how its uploads are, and again while something happens there. */
  async function look(): Promise<void> {
    clearTimeout(poll);
    try {
      const [found, space] = await Promise.all([listUploads(), readRoom()]);
      const before = uploads.value.filter((upload) => upload.state === 'done').length;
      uploads.value = found;
      room.value = space;
      problem.value = null;
      known.value = true;
      if (found.filter((upload) => upload.state === 'done').length !== before) {
        void queryClient.invalidateQueries({ queryKey: ['drafts'] });
      }
    } catch (error) {
      problem.value = error;
    }
    const busy = uploads.value.some((one) => ['waiting', 'unpacking', 'checking'].includes(one.state));
    if (busy && useSession().user) poll = setTimeout(() => void look(), POLL_MILLISECONDS);
  }

  /** Goes on with what a reload has interrupted. */
  async function restore(): Promise<void> {
    const userId = useSession().user?.id;
    if (restored || userId === undefined) return;
    restored = true;
    window.addEventListener('online', connectionIsBack);
    await look();
    for (const kept of await keptFiles()) {
      const upload = uploads.value.find((one) => one.id === kept.id);
      if (kept.userId === userId && upload?.state === 'receiving') {
        if (!transfers.value.some((one) => one.uploadId === kept.id)) addOne({ ...kept, uploadId: kept.id });
      } else if (kept.userId === userId && known.value) void dropKept(kept.id);
    }
    sendNext();
  }

  /** Whoever signs out takes their files along. */
  function forget(): void {
    for (const control of running.values()) control.abort();
    clearTimeout(poll);
    window.removeEventListener('online', connectionIsBack);
    transfers.value = [];
    uploads.value = [];
    room.value = null;
    known.value = false;
    restored = false;
  }

  watch(
    () => useSession().user?.id,
    (id) => id === undefined && forget(),
  );

  return {
    items,
    moving,
    total,
    room,
    problem,
    known,
    speed,
    left,
    add,
    ofArchive,
    pause,
    resume,
    pauseAll,
    resumeAll,
    remove,
    clear,
    look,
    restore,
  };
});
