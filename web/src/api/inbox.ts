/** What the server has to tell one person. */
import { api, ask, askList, tell } from './client';
import type { ServerNotice, Slice } from './types';

const PAGE = 50;

export const listServerNotices = (offset: number): Promise<Slice<ServerNotice>> =>
  askList(api.GET('/api/v1/notices', { params: { query: { limit: PAGE, offset } } }));

export const countUnread = async (): Promise<number> => (await ask(api.GET('/api/v1/notices/count'))).unread;

export const markRead = (id: number): Promise<void> =>
  tell(api.PUT('/api/v1/notices/{id}/read', { params: { path: { id } } }));

export const markAllRead = (): Promise<void> => tell(api.PUT('/api/v1/notices/read'));

export const removeServerNotice = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/notices/{id}', { params: { path: { id } } }));
