/** The outline of the song that plays; null while there is none, so that a plain bar stands in its place. */
import { useQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { readWaveform } from '@/api/sound';

export function useWaveform(songId: Ref<number | null>) {
  const { data } = useQuery({
    queryKey: ['waveform', songId],
    queryFn: () => readWaveform(songId.value ?? 0),
    enabled: () => songId.value !== null,
  });
  return computed(() => (songId.value !== null && data.value && data.value.length > 0 ? data.value : null));
}
