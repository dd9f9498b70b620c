/** Parts of the frame that are not there at first: fetched with their words when they are wanted, or once it is calm. */
import { type Component, defineAsyncComponent } from 'vue';
import { loadLaterWords } from '@/messages';

const loaders: (() => Promise<unknown>)[] = [];

/** A component that comes, with its words, when it is shown first. */
export function laterPart<Part extends Component>(load: () => Promise<{ default: Part }>): Part {
  loaders.push(load);
  return defineAsyncComponent(async () => {
    const [part] = await Promise.all([load(), loadLaterWords()]);
    return part;
  }) as Part;
}

/** Fetches them all, so that they open at once, and without a connection. */
export async function fetchLaterParts(): Promise<void> {
  await loadLaterWords();
  for (const load of loaders) await load();
}
