/** The pages of the settings, in the order of their tabs. */
export interface SettingsPage {
  name: string;
  words: string;
  /** The name of the route below it. */
  detail?: string;
}

export const ownSections: SettingsPage[] = [
  { name: 'settings', words: 'settings.general' },
  { name: 'settings-playback', words: 'settings.playback' },
  { name: 'settings-profile', words: 'profile.profile' },
  { name: 'settings-security', words: 'security.security' },
  { name: 'settings-apps', words: 'security.apps' },
  { name: 'settings-listening', words: 'scrobbling.listening' },
  { name: 'settings-shares', words: 'shares.all' },
  { name: 'settings-reports', words: 'moderation.ownReports' },
];

export const adminSections: SettingsPage[] = [
  { name: 'settings-library', words: 'libraries.libraries' },
  { name: 'settings-members', words: 'members.members', detail: 'settings-member' },
  { name: 'settings-invitations', words: 'members.invitations' },
  { name: 'settings-moderation', words: 'moderation.moderation', detail: 'settings-case' },
  { name: 'settings-streaming', words: 'streaming.streaming' },
  { name: 'settings-record', words: 'members.record' },
];

export function isSection(section: SettingsPage, routeName: unknown): boolean {
  return routeName === section.name || (section.detail !== undefined && routeName === section.detail);
}
