/** Fetches the list of commands: it is large, and nobody opens a menu before the first page is there. */
import { loadLaterWords } from '@/messages';

export type CommandList = typeof import('./list');

let list: CommandList | null = null;

/** Null as long as it has not been fetched. */
export const loadedList = (): CommandList | null => list;

export async function loadList(): Promise<CommandList> {
  const [loaded] = await Promise.all([import('./list'), loadLaterWords()]);
  list = loaded;
  return loaded;
}
