/** Tests read words of all pages. */
import { loadLaterWords } from '@/messages';

await loadLaterWords();
