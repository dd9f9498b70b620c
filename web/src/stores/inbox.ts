/** What the server has told the person who is signed in: how much of it is unread, and changes made to it. */
import type { InfiniteData } from '@tanstack/vue-query';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import * as inbox from '@/api/inbox';
import { queryClient } from '@/api/query-client';
import type { ServerNotice, Slice } from '@/api/types';
import { noticeWords } from '@/components/notices/words';
import { translate } from '@/messages';
import { NOTICE_MILLISECONDS, useNotices } from './notices';

type Pages = InfiniteData<Slice<ServerNotice>, number>;
export const noticesKey = ['server-notices'];

/** Changes the list as it is shown now; without one there is nothing to change. */
function change(how: (items: ServerNotice[]) => ServerNotice[]): void {
  queryClient.setQueryData<Pages>(noticesKey, (known) => {
    if (!known) return known;
    return { ...known, pages: known.pages.map((page) => ({ ...page, items: how(page.items) })) };
  });
}

export const useInbox = defineStore('inbox', () => {
  const unread = ref(0);
  const waiting = new Map<number, { timer: ReturnType<typeof setTimeout>; carryOut: () => void }>();

  async function count(): Promise<void> {
    try {
      unread.value = await inbox.countUnread();
    } catch {
      // Asked again with the next notice, and when the page opens.
    }
  }

  /** The server has just told something. */
  function take(notice: ServerNotice): void {
    unread.value += 1;
    useNotices().show(noticeWords(notice).text);
    void queryClient.invalidateQueries({ queryKey: noticesKey });
  }

  async function reload(): Promise<void> {
    await Promise.all([count(), queryClient.invalidateQueries({ queryKey: noticesKey })]);
  }

  async function read(notice: ServerNotice): Promise<void> {
    if (notice.read_at) return;
    const now = new Date().toISOString();
    unread.value = Math.max(0, unread.value - 1);
    change((items) => items.map((one) => (one.id === notice.id ? { ...one, read_at: now } : one)));
    try {
      await inbox.markRead(notice.id);
    } catch {
      await reload();
    }
  }

  async function readAll(): Promise<void> {
    const now = new Date().toISOString();
    unread.value = 0;
    change((items) => items.map((one) => ({ ...one, read_at: one.read_at ?? now })));
    try {
      await inbox.markAllRead();
    } catch (error) {
      useNotices().showFailure(translate('notices.notRead'), error);
      await reload();
    }
  }

  /** Takes a notice out of sight now and deletes it when the time for "Undo" is over. */
  function removeSoon(notice: ServerNotice): void {
    const carryOut = async () => {
      waiting.delete(notice.id);
      try {
        await inbox.removeServerNotice(notice.id);
      } catch (error) {
        useNotices().showFailure(translate('notices.notRemoved'), error);
      }
      await reload();
    };
    const undo = () => {
      const planned = waiting.get(notice.id);
      if (!planned) return;
      clearTimeout(planned.timer);
      waiting.delete(notice.id);
      void reload();
    };
    const timer = setTimeout(() => void carryOut(), NOTICE_MILLISECONDS);
    waiting.set(notice.id, { timer, carryOut: () => void carryOut() });
    if (!notice.read_at) unread.value = Math.max(0, unread.value - 1);
    change((items) => items.filter((one) => one.id !== notice.id));
    useNotices().show(translate('notices.removed'), { action: { label: translate('common.undo'), run: undo } });
  }

  /** A notice that will be deleted in a moment stays out of lists that are read anew. */
  const isBeingRemoved = (id: number) => waiting.has(id);

  function forget(): void {
    for (const { timer, carryOut } of waiting.values()) {
      clearTimeout(timer);
      carryOut();
    }
    unread.value = 0;
  }

  return { unread, count, take, read, readAll, removeSoon, isBeingRemoved, forget };
});
