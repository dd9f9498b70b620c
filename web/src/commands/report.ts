/** "Report…" in the menus of songs, albums, artists and playlists. */
import { Flag } from 'lucide-vue-next';
import type { ReportSubject } from '@/api/moderation';
import { translate } from '@/messages';
import { useOverlays } from '@/stores/overlays';
import type { Command, SubjectOf } from './command';

type Reportable = 'songs' | 'album' | 'artist' | 'playlist';

interface Reported {
  subject: ReportSubject;
  id: number;
  name: string;
}

function reportedOf(subject: SubjectOf<Reportable>): Reported | null {
  switch (subject.kind) {
    case 'songs': {
      const song = subject.songs[0];
      return song && subject.songs.length === 1 ? { subject: 'song', id: song.id, name: song.title } : null;
    }
    case 'album':
      return { subject: 'album', id: subject.album.id, name: subject.album.title };
    case 'artist':
      return { subject: 'artist', id: subject.artist.id, name: subject.artist.name };
    case 'playlist':
      return { subject: 'playlist', id: subject.playlist.id, name: subject.playlist.title };
  }
}

function reporting(kind: Reportable): Command<Reportable> {
  return {
    id: `${kind}-report`,
    kind,
    group: kind === 'songs' ? 'song' : kind,
    icon: Flag,
    section: true,
    title: () => translate('moderation.report'),
    applies: (subject) =>
      reportedOf(subject) !== null && !(subject.kind === 'playlist' && subject.playlist.role === 'owner'),
    run: (subject) => {
      const reported = reportedOf(subject);
      if (reported) useOverlays().dialog = { kind: 'report', ...reported };
    },
  };
}

export const reportCommands = (['songs', 'album', 'artist', 'playlist'] as const).map(reporting);
