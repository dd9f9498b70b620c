import type { BoundCommand } from '@/commands/command';

/** Commands whose title has every word typed, at the beginning of a word; those that begin with them come first. */
export function matchingCommands(commands: BoundCommand[], words: string): BoundCommand[] {
  const wanted = words.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return commands;
  const matches = commands.filter((command) => {
    const parts = command.title.toLowerCase().split(/\s+/);
    return wanted.every((word) => parts.some((part) => part.startsWith(word)));
  });
  const begins = (command: BoundCommand) => (command.title.toLowerCase().startsWith(wanted[0] ?? '') ? 0 : 1);
  return matches.sort((left, right) => begins(left) - begins(right));
}
