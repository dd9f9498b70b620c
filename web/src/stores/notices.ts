import { defineStore } from 'pinia';
import { ref } from 'vue';
import { sentenceOf } from '@/api/errors';

export interface NoticeAction {
  label: string;
  run: () => void;
}

export interface Notice {
  id: number;
  text: string;
  tone: 'plain' | 'danger';
  action: NoticeAction | null;
}

export const NOTICE_MILLISECONDS = 6000;
const MOST_SHOWN = 3;

/** Short sentences at the edge of the page: what happened, and how to take it back. */
export const useNotices = defineStore('notices', () => {
  const notices = ref<Notice[]>([]);
  let nextId = 1;

  function show(text: string, options: { tone?: Notice['tone']; action?: NoticeAction } = {}): number {
    const id = nextId++;
    const same = notices.value.filter((notice) => notice.text !== text);
    const notice: Notice = { id, text, tone: options.tone ?? 'plain', action: options.action ?? null };
    notices.value = [...same, notice].slice(-MOST_SHOWN);
    setTimeout(() => dismiss(id), NOTICE_MILLISECONDS);
    return id;
  }

  function dismiss(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  /** Tells of a failed change: what did not work, then why. */
  function showFailure(text: string, error: unknown): void {
    show(`${text} ${sentenceOf(error)}`.trim(), { tone: 'danger' });
  }

  return { notices, show, showFailure, dismiss };
});
