/** The words that every page but the first waits for. What `first.ts` says of the same areas is added to. */
import account from './account';
import broadcasts from './broadcasts';
import commands from './commands';
import desk from './desk';
import editing from './editing';
import filters from './filters';
import libraries from './libraries';
import members from './members';
import moderation from './moderation';
import profile from './profile';
import scrobbling from './scrobbling';
import security from './security';
import settings from './settings';
import shares from './shares';
import sounds from './sounds';
import streaming from './streaming';
import uploads from './uploads';

export default {
  account,
  broadcasts,
  commands,
  desk,
  editing,
  filters,
  libraries,
  members,
  moderation,
  profile,
  scrobbling,
  security,
  settings,
  shares,
  sounds,
  streaming,
  uploads,
};
