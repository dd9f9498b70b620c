import type { Component } from 'vue';
import type { Subject } from './subject';

export type CommandGroup =
  | 'playback'
  | 'song'
  | 'episode'
  | 'album'
  | 'artist'
  | 'playlist'
  | 'moderation'
  | 'go'
  | 'app';

/**
 * Something a person can do, known in one place: the menu, the keyboard and the palette all read the same list.
 * `keys` are written as in `keys.ts`: "shift+arrowleft", "mod+k", "g h".
 */
export interface Command<Kind extends Subject['kind'] = Subject['kind']> {
  id: string;
  kind: Kind;
  group: CommandGroup;
  icon: Component;
  keys?: string;
  /** Kept out of the palette and the shortcut list: a second key, or an entry for one row only. */
  hidden?: boolean;
  danger?: boolean;
  /** Starts a new section in menus. */
  section?: boolean;
  title(subject: SubjectOf<Kind>): string;
  applies?(subject: SubjectOf<Kind>): boolean;
  run(subject: SubjectOf<Kind>): unknown;
}

export type SubjectOf<Kind extends Subject['kind']> = Extract<Subject, { kind: Kind }>;

/** A command together with what it is about: ready to be shown and run. */
export interface BoundCommand {
  id: string;
  group: CommandGroup;
  icon: Component;
  keys: string | undefined;
  title: string;
  danger: boolean;
  section: boolean;
  run(): unknown;
}
