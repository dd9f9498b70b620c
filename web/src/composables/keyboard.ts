import { useEventListener } from '@vueuse/core';
import { strokeOf } from '@/commands/keys';
import { type CommandList, loadedList, loadList } from '@/commands/list-loader';
import { everything, type Subject } from '@/commands/subject';
import { useModeration } from '@/stores/moderation';
import { useOverlays } from '@/stores/overlays';
import { usePlayer } from '@/stores/player';
import { useSession } from '@/stores/session';
import { chosenSongs } from './song-selection';

const SEQUENCE_MILLISECONDS = 1200;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Space and the arrows belong to a focused button, slider or menu first. */
function isTakenByControl(event: KeyboardEvent, stroke: string): boolean {
  if (!(event.target instanceof HTMLElement)) return false;
  if (event.target.closest('[role="menu"], [role="dialog"]')) return true;
  if (stroke === 'space') return event.target.closest('button, a, [role="slider"], summary') !== null;
  return stroke.includes('arrow') && event.target.closest('[role="slider"], [role="radiogroup"]') !== null;
}

/** Runs the commands by their keys, wherever the focus is, except while someone types. */
export function useKeyboard(): void {
  let begun = '';
  let begunAt = 0;

  function subjects(): Subject[] {
    const player = usePlayer();
    const songs = chosenSongs() ?? (player.current ? [player.current] : []);
    const about: Subject[] = songs.length > 0 ? [everything, { kind: 'songs', songs }] : [everything];
    const { current } = useModeration();
    return current ? [{ kind: 'case', case: current }, ...about] : about;
  }

  /** Whether the key meant something. */
  function press({ beginsSequence, commandForKeys }: CommandList, stroke: string): boolean {
    const sequence = begun && Date.now() - begunAt < SEQUENCE_MILLISECONDS ? `${begun} ${stroke}` : stroke;
    begun = '';
    const command = commandForKeys(sequence, subjects());
    if (command) void command.run();
    else if (beginsSequence(stroke)) {
      begun = stroke;
      begunAt = Date.now();
    }
    return command !== null;
  }

  useEventListener(window, 'keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || !useSession().user) return;
    const stroke = strokeOf(event);
    if (stroke !== 'mod+k' && (isTyping(event.target) || isTakenByControl(event, stroke))) return;
    if (useOverlays().paletteOpen && stroke !== 'mod+k') return;
    const list = loadedList();
    if (list) {
      if (press(list, stroke)) event.preventDefault();
      return;
    }
    // The browser's own answer to this key, a search field, would take the focus away meanwhile.
    if (stroke === 'mod+k') event.preventDefault();
    loadList().then(
      (loaded) => press(loaded, stroke),
      () => undefined,
    );
  });
}
