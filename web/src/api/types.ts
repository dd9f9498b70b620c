/** Short names for the shapes that the server's description names. */
import type { components, paths } from './schema';

type Schemas = components['schemas'];

export type Song = Schemas['Song'];
export type Album = Schemas['Album'];
export type AlbumDetail = Schemas['AlbumDetail'];
export type Artist = Schemas['Artist'];
export type ArtistDetail = Schemas['ArtistDetail'];
export type Credit = Schemas['Credit'];
export type Genre = Schemas['Genre'];
export type Playlist = Schemas['Playlist'];
export type PlaylistDetail = Schemas['PlaylistDetail'];
export type PlaylistItem = Schemas['PlaylistItem'];
/** A place in a playlist whose song is in the library. */
export type PlayableItem = PlaylistItem & { song: Song };
export type BrokenFile = Schemas['BrokenFile'];
export type User = Schemas['User'];
export type RegistrationTerms = Schemas['RegistrationState'];
export type Provider = RegistrationTerms['providers'][number];
export type InvitationTerms = Schemas['OpenInvitation'];
export type Invitation = Schemas['Invitation'];
export type NewInvitation = Schemas['NewInvitation'];
export type UserSession = Schemas['Session'];
export type SecondFactor = Schemas['SecondFactor'];
export type NewSecondFactor = Schemas['NewSecondFactor'];
export type NewAppPassword = Schemas['NewAppPassword'];
export type Identity = Schemas['Identity'];
export type Person = Schemas['Person'];
/** Somebody as they themselves and admins see them. */
export type Member = Required<Person>;
/** Values whose names the server's description leaves open. */
type Open<Shape, Field extends keyof Shape> = Omit<Shape, Field> & { [Name in Field]: Record<string, unknown> };
export type ServerNotice = Open<Schemas['Notice'], 'details'>;
export type AuditEntry = Open<Schemas['AuditEntry'], 'details'>;
export type Job = Schemas['Job'];
export type Demo = Schemas['Demo'];
export type Library = Schemas['Library'];
export type Lyrics = Schemas['Lyrics'];
export type AppPlayback = Schemas['AppPlayback'];
export type LyricLine = Schemas['LyricLine'];
export type LyricWord = Schemas['LyricWord'];
export type LyricLayer = Schemas['LyricLayer'];
export type GivenLine = Schemas['GivenLine'];
export type SearchResult = Schemas['SearchResult'];
export type AppPassword = Schemas['AppPassword'];
export type ApiKey = Schemas['ApiKey'];
export type NewApiKey = Schemas['NewApiKey'];

type ListPath = '/api/v1/songs' | '/api/v1/albums' | '/api/v1/artists';
type Query<Path extends ListPath> = NonNullable<paths[Path]['get']['parameters']['query']>;
export type SongQuery = Omit<Query<'/api/v1/songs'>, 'limit' | 'offset'>;
export type AlbumQuery = Omit<Query<'/api/v1/albums'>, 'limit' | 'offset'>;
export type ArtistQuery = Omit<Query<'/api/v1/artists'>, 'limit' | 'offset'>;
export type SongSort = NonNullable<SongQuery['sort']>;
export type AlbumSort = NonNullable<AlbumQuery['sort']>;

/** What the queue, the player and every song row need to know of a song. */
export type PlayableSong = Pick<
  Song,
  | 'id'
  | 'title'
  | 'artist'
  | 'artists'
  | 'album'
  | 'album_id'
  | 'disc'
  | 'track'
  | 'year'
  | 'duration'
  | 'genres'
  | 'format'
  | 'suffix'
  | 'bitrate'
  | 'sample_rate'
  | 'bit_depth'
  | 'replay_gain'
  | 'explicit'
  | 'starred'
  | 'user_rating'
  | 'missing'
>;

/** One page of a longer list. */
export interface Slice<Item> {
  items: Item[];
  total: number;
}

export type Starrable = 'songs' | 'albums' | 'artists';
