import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { EditedThing } from '@/api/editing';
import type { ReportSubject } from '@/api/moderation';
import type { SharedThing } from '@/api/shares';
import type { PlayableSong, Playlist } from '@/api/types';
import type { Subject } from '@/commands/subject';

export type SidePanel = 'none' | 'queue' | 'lyrics';

export type OpenDialog =
  | { kind: 'add-to-playlist'; songs: PlayableSong[] }
  | { kind: 'name-playlist'; playlist: Playlist | null; songs: PlayableSong[] }
  | { kind: 'song-facts'; songId: number }
  | { kind: 'edit-songs'; songIds: number[] }
  | { kind: 'edit-album'; albumId: number }
  | { kind: 'edit-artist'; artistId: number }
  | { kind: 'history'; thing: EditedThing; id: number; name: string }
  | { kind: 'share'; name: string; description: string; things: SharedThing[] }
  | { kind: 'shortcuts' }
  | { kind: 'report'; subject: ReportSubject; id: number; name: string }
  | { kind: 'sound' }
  | { kind: 'devices' }
  | { kind: 'ask'; question: Question; answer: (agreed: boolean) => void };

/** What is asked before something that cannot be undone. */
export interface Question {
  title: string;
  text: string;
  /** The words on the button that does it. */
  action: string;
}

export interface OpenMenu {
  subject: Subject;
  x: number;
  y: number;
  /** Gets the focus back when the menu closes. */
  opener: HTMLElement | null;
}

/** What lies above the page: the side panel, the menu, one dialog, the palette. */
export const useOverlays = defineStore('overlays', () => {
  const panel = ref<SidePanel>('none');
  const paletteOpen = ref(false);
  const dialog = shallowRef<OpenDialog | null>(null);
  const menu = shallowRef<OpenMenu | null>(null);

  function togglePanel(wanted: Exclude<SidePanel, 'none'>): void {
    panel.value = panel.value === wanted ? 'none' : wanted;
  }

  /** Opens the menu at the pointer, or under the element when the keyboard asked for it. */
  function openMenu(subject: Subject, event: MouseEvent | KeyboardEvent): void {
    const opener = event.currentTarget instanceof HTMLElement ? event.currentTarget : null;
    const box = opener?.getBoundingClientRect();
    const atPointer = event instanceof MouseEvent && event.type === 'contextmenu' && (event.clientX || event.clientY);
    const x = atPointer ? event.clientX : (box?.left ?? 0);
    const y = atPointer ? event.clientY : (box?.bottom ?? 0) + 4;
    menu.value = { subject, x, y, opener };
  }

  /** Asks, and waits for the answer. */
  function ask(question: Question): Promise<boolean> {
    return new Promise((answer) => {
      dialog.value = { kind: 'ask', question, answer };
    });
  }

  function closeMenu(closing: OpenMenu): void {
    if (menu.value === closing) menu.value = null;
  }

  function closeAll(): void {
    dialog.value = null;
    menu.value = null;
    paletteOpen.value = false;
  }

  return { panel, paletteOpen, dialog, menu, togglePanel, openMenu, closeMenu, ask, closeAll };
});
