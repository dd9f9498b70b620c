/** What people report, what of one's own is hidden, and the cases that admins decide. */
import { api, ask, askList } from './client';
import type { components } from './schema';
import type { Slice } from './types';

type Schemas = components['schemas'];

export type FiledReport = Schemas['FiledReport'];
export type ModerationCase = Omit<Schemas['ModerationCase'], 'reasons'> & { reasons: Record<string, number> };
export type ModerationCaseDetail = Omit<Schemas['ModerationCaseDetail'], 'reasons'> & {
  reasons: Record<string, number>;
};
export type ModerationEntry = Schemas['ModerationEntry'];
export type HiddenThing = Schemas['HiddenThing'];
export type ReportSubject = FiledReport['subject'];
export type ReportReason = FiledReport['reason'];
export type Decision = Schemas['GivenDecision']['decision'];
export type CaseQuery = Partial<{
  state: '' | 'open' | 'decided';
  subject: '' | ReportSubject;
  reason: '' | ReportReason;
  sort: 'newest' | 'oldest' | 'most_reported';
}>;

export const reasons: ReportReason[] = ['copyright', 'offensive', 'wrong_information', 'broken_audio', 'other'];
export const subjects: ReportSubject[] = ['song', 'album', 'artist', 'playlist', 'user'];

const PAGE = 50;
const at = (id: number) => ({ params: { path: { id } } });
const asDetail = (found: Promise<Schemas['ModerationCaseDetail']>) => found as Promise<ModerationCaseDetail>;

export const report = (body: Schemas['GivenReport']): Promise<FiledReport> =>
  ask(api.POST('/api/v1/reports', { body }));

export const listOwnReports = (offset: number): Promise<Slice<FiledReport>> =>
  askList(api.GET('/api/v1/reports', { params: { query: { mine: true, limit: PAGE, offset } } }));

export const listHidden = (offset: number): Promise<Slice<HiddenThing>> =>
  askList(api.GET('/api/v1/hidden', { params: { query: { limit: PAGE, offset } } }));

export const listCases = (wanted: CaseQuery, offset: number): Promise<Slice<ModerationCase>> => {
  const query = { ...wanted, limit: PAGE, offset };
  return askList(api.GET('/api/v1/moderation/cases', { params: { query } })) as Promise<Slice<ModerationCase>>;
};

export const countOpenCases = async (): Promise<number> => (await ask(api.GET('/api/v1/moderation/cases/count'))).open;

export const readCase = (id: number): Promise<ModerationCaseDetail> =>
  asDetail(ask(api.GET('/api/v1/moderation/cases/{id}', at(id))));

export const noteOnCase = (id: number, text: string): Promise<ModerationCaseDetail> =>
  asDetail(ask(api.POST('/api/v1/moderation/cases/{id}/notes', { ...at(id), body: { text } })));

export const decideCase = (id: number, body: Schemas['GivenDecision']): Promise<ModerationCaseDetail> =>
  asDetail(ask(api.POST('/api/v1/moderation/cases/{id}/decision', { ...at(id), body })));

export const reopenCase = (id: number, revision: number, undo: boolean): Promise<ModerationCaseDetail> =>
  asDetail(ask(api.POST('/api/v1/moderation/cases/{id}/reopening', { ...at(id), body: { revision, undo } })));
