/** What waits for a decision of an admin, and the decisions. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { ApiError } from '@/api/errors';
import {
  countOpenCases,
  type Decision,
  decideCase,
  type ModerationCaseDetail,
  readCase,
  reopenCase,
} from '@/api/moderation';
import { queryClient } from '@/api/query-client';
import { translate } from '@/messages';
import { useNotices } from './notices';
import { useSession } from './session';

export const casesKey = ['cases'];
export const caseKey = (id: number) => ['case', id];

export const useModeration = defineStore('moderation', () => {
  const open = ref(0);
  /** The case on the page: what keys decide. */
  const current = shallowRef<ModerationCaseDetail | null>(null);
  /** What the owner will be told, as far as it is written. */
  const reason = ref('');
  const busy = ref(false);

  async function count(): Promise<void> {
    if (!useSession().isAdmin) return;
    try {
      open.value = await countOpenCases();
    } catch {
      // Asked again with the next report, and when the page opens.
    }
  }

  /** The server has just told how many cases are open. */
  function heard(cases: number): void {
    open.value = cases;
    void queryClient.invalidateQueries({ queryKey: casesKey });
    if (current.value && !busy.value) void queryClient.invalidateQueries({ queryKey: caseKey(current.value.id) });
  }

  function take(changed: ModerationCaseDetail): void {
    queryClient.setQueryData(caseKey(changed.id), changed);
    void queryClient.invalidateQueries({ queryKey: casesKey });
    void count();
  }

  /** Somebody else may have decided meanwhile: then what they did is shown. */
  async function tryTo(failure: string, id: number, call: () => Promise<ModerationCaseDetail>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      take(await call());
      return true;
    } catch (error) {
      useNotices().showFailure(translate(failure), error);
      if (error instanceof ApiError && error.status === 409) await readCase(id).then(take, () => undefined);
      return false;
    } finally {
      busy.value = false;
    }
  }

  async function decide(about: ModerationCaseDetail, decision: Decision): Promise<void> {
    const body = { revision: about.revision, decision, reason: reason.value.trim() };
    if (!(await tryTo('moderation.notDecided', about.id, () => decideCase(about.id, body)))) return;
    reason.value = '';
    const run = () => void reopen(about.id, true);
    useNotices().show(translate(`moderation.done.${decision}`, { name: about.name }), {
      action: { label: translate('common.undo'), run },
    });
  }

  async function reopen(id: number, undo: boolean): Promise<void> {
    const known = queryClient.getQueryData<ModerationCaseDetail>(caseKey(id));
    const words = undo ? 'moderation.notUndone' : 'moderation.notReopened';
    const call = async () => reopenCase(id, known?.revision ?? (await readCase(id)).revision, undo);
    if (!(await tryTo(words, id, call))) return;
    useNotices().show(translate(undo ? 'moderation.undone' : 'moderation.reopened'));
  }

  function forget(): void {
    open.value = 0;
    current.value = null;
    reason.value = '';
  }

  return { open, current, reason, busy, count, heard, take, decide, reopen, forget };
});
