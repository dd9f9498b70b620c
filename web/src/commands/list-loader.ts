/** Fetches the list of commands: it is large, and nobody opens a menu before the first page is there. */
import { loadLaterWords } from '@/messages';

export type CommandList = typeof import('./list');

let list: CommandList | null = null;

/** Null as long as it has not been fetched. */
export const loadedList = (): CommandList | null => list;

let loading: Promise<CommandList> | null = null;

/** One fetch for all who ask meanwhile, so that what they do with it keeps its order; one that failed is made anew. */
export function loadList(): Promise<CommandList> {
  loading ??= fetchList().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function fetchList(): Promise<CommandList> {
  const [loaded] = await Promise.all([import('./list'), loadLaterWords()]);
  list = loaded;
  return loaded;
}
