/** What admins rule about streaming. */
import { api, ask } from './client';
import type { components } from './schema';

type Schemas = components['schemas'];
export type StreamRule = Schemas['Rule'];
export type StreamRules = Schemas['Rules'];
export type StreamCeiling = Schemas['Ceiling'];

export const formats = ['mp3', 'opus', 'aac', 'm4a', 'flac'] as const;
export const formatName = (format: string): string => (format === 'opus' ? 'Opus' : format.toUpperCase());
export const bitrates = [0, 64, 96, 128, 160, 192, 256, 320] as const;

export const readRules = (): Promise<StreamRules> => ask(api.GET('/api/v1/streaming'));

export const writeRules = (body: Schemas['RulesChange']): Promise<StreamRules> =>
  ask(api.PUT('/api/v1/streaming', { body }));

export const setCeiling = (id: number, bitrate: number): Promise<StreamCeiling[]> =>
  ask(api.PUT('/api/v1/users/{id}/stream-ceiling', { params: { path: { id } }, body: { bitrate } }));
