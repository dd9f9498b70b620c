/** The one list of everything that can be done. */
import { caseCommands } from './cases';
import { collectionCommands } from './collections';
import type { BoundCommand, Command } from './command';
import { editingCommands } from './editing';
import { episodeCommands } from './episodes';
import { accountCommands, everywhere } from './everywhere';
import { reportCommands } from './report';
import { sharingCommands } from './sharing';
import { songCommands } from './songs';
import { soundCommands } from './sound';
import type { Subject } from './subject';

export const allCommands = [
  ...everywhere,
  ...soundCommands,
  ...accountCommands,
  ...songCommands,
  ...episodeCommands,
  ...collectionCommands,
  ...sharingCommands,
  ...reportCommands,
  ...caseCommands,
  ...editingCommands,
] as unknown as Command[];

function bind(command: Command, subject: Subject): BoundCommand {
  return {
    id: command.id,
    group: command.group,
    icon: command.icon,
    keys: command.keys,
    title: command.title(subject),
    danger: command.danger ?? false,
    section: command.section ?? false,
    run: () => command.run(subject),
  };
}

/** What can be done with `subject` now, in the order of menus. */
export function commandsFor(subject: Subject): BoundCommand[] {
  return allCommands
    .filter((command) => command.kind === subject.kind && !command.hidden && (command.applies?.(subject) ?? true))
    .map((command) => bind(command, subject));
}

/** The command behind a key: about the songs chosen or playing first, then about everything. */
export function commandForKeys(keys: string, subjects: Subject[]): BoundCommand | null {
  for (const subject of subjects) {
    const found = allCommands.find(
      (command) => command.kind === subject.kind && command.keys === keys && (command.applies?.(subject) ?? true),
    );
    if (found) return bind(found, subject);
  }
  return null;
}

/** Whether a further stroke may follow: "g" begins "g h". */
export function beginsSequence(stroke: string): boolean {
  return allCommands.some((command) => command.keys?.startsWith(`${stroke} `));
}
