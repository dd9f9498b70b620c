import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { listPlaylists } from '@/api/playlists';
import { isBeingDeleted, playlistsKey } from '@/commands/playlist-changes';
import { useSession } from '@/stores/session';

/** All playlists that this person sees, those one may add to apart. */
export function usePlaylists() {
  const session = useSession();
  const query = useQuery({
    queryKey: playlistsKey,
    queryFn: listPlaylists,
    enabled: computed(() => session.user !== null),
  });
  const playlists = computed(() => (query.data.value?.items ?? []).filter((one) => !isBeingDeleted(one.id)));
  const changeable = computed(() => playlists.value.filter((playlist) => playlist.role !== 'listener'));
  return { ...query, playlists, changeable };
}
