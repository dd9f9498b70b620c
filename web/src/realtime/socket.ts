/** The server's own voice: jobs and changes of the library arrive without being asked for. */
import type { Socket } from 'socket.io-client';
import { queryClient } from '@/api/query-client';
import type { Job, ServerNotice } from '@/api/types';
import { useDevices } from '@/stores/devices';
import { useInbox } from '@/stores/inbox';
import { useModeration } from '@/stores/moderation';
import { useScan } from '@/stores/scan';

let socket: Socket | null = null;
let wanted = false;
let wasConnected = false;

/** Connects once; the session cookie signs in. The code is fetched after the first page is shown. */
export async function connectRealtime(): Promise<void> {
  wanted = true;
  const { io } = await import('socket.io-client');
  if (!wanted || socket) return;
  socket = io('/realtime', {
    path: '/socket.io',
    withCredentials: true,
    reconnectionDelay: 3000,
    reconnectionDelayMax: 60_000,
  });
  socket.on('job', (job: Job) => useScan().take(job));
  socket.on('notice', (notice: ServerNotice) => useInbox().take(notice));
  socket.on('queue_changed', ({ client }: { client: string }) => useDevices().heardChanged(client));
  socket.on('playback_taken', ({ client, by }: { client: string; by: string }) => useDevices().heardTaken(client, by));
  socket.on('moderation', ({ open }: { open: number }) => useModeration().heard(open));
  // What was told while the connection was away is counted and read anew.
  socket.on('connect', () => {
    void useInbox().count();
    void useModeration().count();
    void useDevices().refresh();
    if (wasConnected && !useScan().running) void queryClient.invalidateQueries();
    wasConnected = true;
  });
  socket.on('library_changed', () => {
    if (!useScan().running) void queryClient.invalidateQueries();
  });
}

export function disconnectRealtime(): void {
  wanted = false;
  socket?.disconnect();
  socket = null;
  wasConnected = false;
}
