import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/errors';
import * as api from '@/api/moderation';
import { queryClient } from '@/api/query-client';
import { caseKey, useModeration } from './moderation';
import { useNotices } from './notices';

vi.mock('@/api/moderation');

function aCase(values: Partial<api.ModerationCaseDetail> = {}): api.ModerationCaseDetail {
  return {
    id: 7,
    subject: 'song',
    subject_id: 3,
    name: 'Tide',
    by: 'Aurora',
    exists: true,
    hidden: false,
    hidden_reason: '',
    owner: null,
    state: 'open',
    outcome: '',
    reason: '',
    decided_by: null,
    decided_at: null,
    revision: 0,
    open_reports: 1,
    reasons: { copyright: 1 },
    opened_at: '2026-11-21T12:00:00Z',
    reported_at: '2026-11-21T12:00:00Z',
    reports: [],
    entries: [],
    ...values,
  };
}

describe('decisions', () => {
  beforeEach(() => {
    vi.clearAllMocks();
    queryClient.clear();
    setActivePinia(createPinia());
  });

  it('carry the reason and what was seen, and can be taken back', async () => {
    const moderation = useModeration();
    moderation.reason = ' The label objects. ';
    vi.mocked(api.decideCase).mockResolvedValue(
      aCase({ state: 'decided', outcome: 'hidden', hidden: true, revision: 1 }),
    );
    vi.mocked(api.reopenCase).mockResolvedValue(aCase({ revision: 2 }));
    await moderation.decide(aCase(), 'hide');
    expect(api.decideCase).toHaveBeenCalledWith(7, { revision: 0, decision: 'hide', reason: 'The label objects.' });
    expect(moderation.reason).toBe('');
    useNotices().notices[0]?.action?.run();
    await vi.waitFor(() => expect(api.reopenCase).toHaveBeenCalledWith(7, 1, true));
    await vi.waitFor(() => expect(queryClient.getQueryData(caseKey(7))).toMatchObject({ state: 'open', revision: 2 }));
  });

  it('that come too late keep the reason and show what the other admin did', async () => {
    const moderation = useModeration();
    moderation.reason = 'Mine';
    vi.mocked(api.decideCase).mockRejectedValue(new ApiError(409, 'decided_meanwhile', 'boss was quicker.', null, 0));
    vi.mocked(api.readCase).mockResolvedValue(aCase({ state: 'decided', outcome: 'dismissed', revision: 1 }));
    await moderation.decide(aCase(), 'hide');
    expect(useNotices().notices[0]).toMatchObject({ tone: 'danger', action: null });
    expect(queryClient.getQueryData(caseKey(7))).toMatchObject({ outcome: 'dismissed', revision: 1 });
    expect(moderation.reason).toBe('Mine');
    expect(moderation.busy).toBe(false);
  });

  it('tell that a case cannot be read, and leave the next decision open', async () => {
    const moderation = useModeration();
    vi.mocked(api.readCase).mockRejectedValue(new ApiError(0, 'unreachable', 'The server cannot be reached.', null, 0));
    await moderation.reopen(7, false);
    expect(api.reopenCase).not.toHaveBeenCalled();
    expect(useNotices().notices[0]).toMatchObject({ tone: 'danger' });
    vi.mocked(api.decideCase).mockRejectedValue(new ApiError(409, 'decided_meanwhile', 'boss was quicker.', null, 0));
    await moderation.decide(aCase(), 'hide');
    expect(useNotices().notices.some((notice) => notice.text.includes('boss was quicker.'))).toBe(true);
    expect(moderation.busy).toBe(false);
  });
});
