import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '@/api/inbox';
import { queryClient } from '@/api/query-client';
import type { ServerNotice } from '@/api/types';
import { noticesKey, useInbox } from './inbox';
import { NOTICE_MILLISECONDS, useNotices } from './notices';

vi.mock('@/api/inbox');

const notice = (id: number, read_at: string | null = null): ServerNotice => ({
  id,
  kind: 'password_changed',
  details: {},
  created_at: '2026-11-21T12:00:00Z',
  read_at,
});

const shown = () =>
  (queryClient.getQueryData<{ pages: { items: ServerNotice[] }[] }>(noticesKey)?.pages ?? []).flatMap(
    (page) => page.items,
  );

describe('the inbox', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    setActivePinia(createPinia());
    vi.mocked(api.countUnread).mockResolvedValue(2);
    vi.mocked(api.markRead).mockResolvedValue();
    vi.mocked(api.removeServerNotice).mockResolvedValue();
    queryClient.setQueryData(noticesKey, {
      pages: [{ items: [notice(1), notice(2), notice(3, '2026-11-21T13:00:00Z')], total: 3 }],
      pageParams: [0],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.clearAllMocks();
    queryClient.clear();
  });

  it('counts what is told live, and says it', async () => {
    const inbox = useInbox();
    await inbox.count();
    inbox.take(notice(4));
    expect(inbox.unread).toBe(3);
    expect(useNotices().notices[0]?.text).toContain('password');
  });

  it('reads a notice once', async () => {
    const inbox = useInbox();
    await inbox.count();
    await inbox.read(shown()[0] as ServerNotice);
    expect(inbox.unread).toBe(1);
    await inbox.read(shown()[0] as ServerNotice);
    expect(inbox.unread).toBe(1);
    expect(api.markRead).toHaveBeenCalledTimes(1);
  });

  it('deletes a notice when the time for undoing it is over', async () => {
    const inbox = useInbox();
    inbox.removeSoon(notice(2));
    expect(shown().map((one) => one.id)).toEqual([1, 3]);
    expect(inbox.isBeingRemoved(2)).toBe(true);
    expect(api.removeServerNotice).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(NOTICE_MILLISECONDS);
    expect(api.removeServerNotice).toHaveBeenCalledWith(2);
    expect(inbox.isBeingRemoved(2)).toBe(false);
  });

  it('does not delete what was taken back', async () => {
    const inbox = useInbox();
    inbox.removeSoon(notice(2));
    useNotices().notices[0]?.action?.run();
    await vi.advanceTimersByTimeAsync(NOTICE_MILLISECONDS * 2);
    expect(api.removeServerNotice).not.toHaveBeenCalled();
    expect(inbox.isBeingRemoved(2)).toBe(false);
  });

  it('carries out what was decided when the person leaves', () => {
    const inbox = useInbox();
    inbox.removeSoon(notice(2));
    inbox.forget();
    expect(api.removeServerNotice).toHaveBeenCalledWith(2);
    expect(inbox.unread).toBe(0);
  });
});
