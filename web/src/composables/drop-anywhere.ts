/** Files that are dropped anywhere on the player, by those who may bring music. */
import { onMounted, onUnmounted, ref } from 'vue';
import { router } from '@/router';
import { useSession } from '@/stores/session';

const brings = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** Whether files hang over the window just now. */
export function useDropAnywhere() {
  const hovering = ref(false);
  const session = useSession();

  function over(event: DragEvent): void {
    if (!brings(event)) return;
    // Without this the browser would open the file in the place of the player.
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = session.mayUpload ? 'copy' : 'none';
    hovering.value = session.mayUpload;
  }

  function leave(event: DragEvent): void {
    if (event.relatedTarget === null) hovering.value = false;
  }

  async function drop(event: DragEvent): Promise<void> {
    if (!brings(event)) return;
    event.preventDefault();
    hovering.value = false;
    const transfer = event.dataTransfer;
    if (!transfer || !session.mayUpload) return;
    // What was dropped is gone once the event is over: the entries are asked for before anything is waited for.
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
    const files = [...transfer.files];
    const [{ filesOfEntries }, { useUploads }] = await Promise.all([
      import('@/uploads/folders'),
      import('@/stores/uploads'),
    ]);
    await router.push({ name: 'upload' });
    useUploads().add(await filesOfEntries(entries, files));
  }

  onMounted(() => {
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
  });
  onUnmounted(() => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('dragleave', leave);
    window.removeEventListener('drop', drop);
  });
  return hovering;
}
