import { createI18n } from 'vue-i18n';
import account from './en/account';
import broadcasts from './en/broadcasts';
import commands from './en/commands';
import common from './en/common';
import desk from './en/desk';
import devices from './en/devices';
import editing from './en/editing';
import errors from './en/errors';
import jukebox from './en/jukebox';
import libraries from './en/libraries';
import library from './en/library';
import members from './en/members';
import moderation from './en/moderation';
import notices from './en/notices';
import player from './en/player';
import playlists from './en/playlists';
import profile from './en/profile';
import scrobbling from './en/scrobbling';
import search from './en/search';
import security from './en/security';
import settings from './en/settings';
import shares from './en/shares';
import sounds from './en/sounds';
import streaming from './en/streaming';
import uploads from './en/uploads';

export const english = {
  account,
  broadcasts,
  commands,
  common,
  desk,
  devices,
  editing,
  errors,
  jukebox,
  libraries,
  library,
  members,
  moderation,
  notices,
  player,
  playlists,
  profile,
  scrobbling,
  search,
  security,
  settings,
  shares,
  sounds,
  streaming,
  uploads,
};

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en: english },
});

/** For words outside of components. */
export function translate(key: string, values: Record<string, unknown> = {}, count?: number): string {
  return count === undefined ? i18n.global.t(key, values) : i18n.global.t(key, { n: count, ...values }, count);
}
