/** The words of the frame, of the first page, and of what may be told at any time; `later.ts` has all the others. */
import common from './common';
import devices from './devices';
import errors from './errors';
import jukebox from './jukebox';
import library from './library';
import notices from './notices';
import player from './player';
import playlists from './playlists';
import search from './search';

export default {
  account: { menu: 'Account of {name}' },
  broadcasts: { podcasts: 'Podcasts', radio: 'Radio' },
  common,
  desk: { desk: 'My music' },
  devices,
  errors,
  jukebox,
  library,
  moderation: {
    moderation: 'Moderation',
    waiting: 'Moderation | Moderation, {n} case to decide | Moderation, {n} cases to decide',
  },
  notices,
  player,
  playlists,
  search,
  security: { unknownDevice: 'Unknown device' },
  uploads: { upload: 'Upload', dropAnywhere: 'Drop to upload' },
};
