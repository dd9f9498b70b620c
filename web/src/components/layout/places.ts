import {
  Disc3,
  House,
  Library,
  LibraryBig,
  ListMusic,
  Music,
  Podcast,
  Radio,
  Search,
  Speaker,
  Star,
  Tag,
  Upload,
  Users,
} from 'lucide-vue-next';
import type { Component } from 'vue';

export interface Place {
  name: string;
  words: string;
  icon: Component;
  /** Names of routes that belong to the place too. */
  also?: string[];
}

const home: Place = { name: 'home', words: 'common.home', icon: House };
const search: Place = { name: 'search', words: 'search.search', icon: Search };

export const libraryPlaces: Place[] = [
  { name: 'albums', words: 'library.albums', icon: Disc3, also: ['album'] },
  { name: 'artists', words: 'library.artists', icon: Users, also: ['artist'] },
  { name: 'songs', words: 'library.songs', icon: Music },
  { name: 'genres', words: 'library.genres', icon: Tag, also: ['genre'] },
  { name: 'starred', words: 'library.starred', icon: Star },
  { name: 'podcasts', words: 'broadcasts.podcasts', icon: Podcast, also: ['podcast'] },
  { name: 'radio', words: 'broadcasts.radio', icon: Radio },
];

/** Where the server has loudspeakers of its own. */
export const jukeboxPlace: Place = { name: 'jukebox', words: 'jukebox.jukebox', icon: Speaker };

/** For those who may bring music. */
export const artistPlaces: Place[] = [
  { name: 'desk', words: 'desk.desk', icon: LibraryBig, also: ['desk-song'] },
  { name: 'upload', words: 'uploads.upload', icon: Upload },
];

export const mainPlaces: Place[] = [home, search];

export const playlistsPlace: Place = {
  name: 'playlists',
  words: 'playlists.playlists',
  icon: ListMusic,
  also: ['playlist'],
};

export const phonePlaces: Place[] = [
  home,
  search,
  {
    name: 'library',
    words: 'common.library',
    icon: Library,
    also: [
      'albums',
      'album',
      'artists',
      'artist',
      'songs',
      'genres',
      'genre',
      'starred',
      'podcasts',
      'podcast',
      'radio',
      'jukebox',
      'notices',
      'upload',
      'desk',
      'desk-song',
    ],
  },
  playlistsPlace,
];

export function isAt(place: Place, routeName: unknown): boolean {
  const name = String(routeName);
  // On a phone one comes to the settings by the library.
  return (
    name === place.name || (place.also ?? []).includes(name) || (place.name === 'library' && /^settings/.test(name))
  );
}
