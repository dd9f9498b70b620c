import { QueryClient } from '@tanstack/vue-query';
import { ApiError } from './errors';

const MINUTE = 60_000;

/** Lists stay usable for half an hour, so that going back shows them at once. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Asked even without a connection: a page that says what is wrong is better than an empty one.
      networkMode: 'always',
      refetchOnReconnect: true,
      staleTime: MINUTE,
      gcTime: 30 * MINUTE,
      refetchOnWindowFocus: false,
      retryDelay: (failures) => 400 * 2 ** failures,
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});
