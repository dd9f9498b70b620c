/** Commands about an episode of a podcast. */
import { ListEnd, ListStart, Podcast } from 'lucide-vue-next';
import { translate } from '@/messages';
import { router } from '@/router';
import type { Command } from './command';
import { enqueue } from './enqueue';

export const episodeCommands: Command<'episode'>[] = [
  {
    id: 'episode-next',
    kind: 'episode',
    group: 'episode',
    icon: ListStart,
    title: () => translate('commands.playNext'),
    run: ({ episode }) => enqueue([episode], 'next'),
  },
  {
    id: 'episode-last',
    kind: 'episode',
    group: 'episode',
    icon: ListEnd,
    title: () => translate('commands.playLast'),
    run: ({ episode }) => enqueue([episode], 'last'),
  },
  {
    id: 'episode-podcast',
    kind: 'episode',
    group: 'episode',
    icon: Podcast,
    section: true,
    title: () => translate('commands.goToPodcast'),
    run: ({ episode }) => router.push({ name: 'podcast', params: { id: episode.podcast_id } }),
  },
];
