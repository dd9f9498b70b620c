import { ref } from 'vue';
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { loadList } from '@/commands/list-loader';
import { fetchLaterParts } from '@/composables/later-parts';
import { loadLaterWords, translate } from '@/messages';
import { useNotices } from '@/stores/notices';
import { useSession } from '@/stores/session';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the messages. */
    title?: string;
    /** Shown without being signed in, and without the frame. */
    open?: boolean;
    /** Shown to everybody, signed in or not: links from mails lead here. */
    anyone?: boolean;
    /** For admins; others come to their own settings. */
    admin?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  {
    path: '/setup',
    name: 'setup',
    component: () => import('@/screens/SetupScreen.vue'),
    meta: { open: true, title: 'account.setupTitle' },
  },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('@/screens/SignInScreen.vue'),
    meta: { open: true, title: 'account.signIn' },
  },
  {
    path: '/register',
    name: 'register',
    component: () => import('@/screens/RegisterScreen.vue'),
    meta: { open: true, title: 'account.register' },
  },
  {
    path: '/join',
    name: 'join',
    component: () => import('@/screens/JoinScreen.vue'),
    meta: { open: true, anyone: true, title: 'account.joining.title' },
  },
  {
    path: '/forgot',
    name: 'forgot',
    component: () => import('@/screens/ForgotScreen.vue'),
    meta: { open: true, title: 'account.forgot' },
  },
  {
    path: '/reset',
    name: 'reset',
    component: () => import('@/screens/ResetScreen.vue'),
    meta: { open: true, anyone: true, title: 'account.resetTitle' },
  },
  {
    path: '/verify',
    name: 'verify',
    component: () => import('@/screens/VerifyScreen.vue'),
    meta: { open: true, anyone: true, title: 'account.email' },
  },
  { path: '/', name: 'home', component: () => import('@/screens/HomeScreen.vue'), meta: { title: 'common.home' } },
  {
    path: '/search',
    name: 'search',
    component: () => import('@/screens/SearchScreen.vue'),
    meta: { title: 'search.search' },
  },
  {
    path: '/library',
    name: 'library',
    component: () => import('@/screens/LibraryScreen.vue'),
    meta: { title: 'common.library' },
  },
  {
    path: '/albums',
    name: 'albums',
    component: () => import('@/screens/AlbumsScreen.vue'),
    meta: { title: 'library.albums' },
  },
  { path: '/albums/:id(\\d+)', name: 'album', component: () => import('@/screens/AlbumScreen.vue') },
  {
    path: '/artists',
    name: 'artists',
    component: () => import('@/screens/ArtistsScreen.vue'),
    meta: { title: 'library.artists' },
  },
  { path: '/artists/:id(\\d+)', name: 'artist', component: () => import('@/screens/ArtistScreen.vue') },
  {
    path: '/songs',
    name: 'songs',
    component: () => import('@/screens/SongsScreen.vue'),
    meta: { title: 'library.songs' },
  },
  {
    path: '/genres',
    name: 'genres',
    component: () => import('@/screens/GenresScreen.vue'),
    meta: { title: 'library.genres' },
  },
  { path: '/genres/:name', name: 'genre', component: () => import('@/screens/GenreScreen.vue') },
  {
    path: '/starred',
    name: 'starred',
    component: () => import('@/screens/StarredScreen.vue'),
    meta: { title: 'library.starred' },
  },
  {
    path: '/playlists',
    name: 'playlists',
    component: () => import('@/screens/PlaylistsScreen.vue'),
    meta: { title: 'playlists.playlists' },
  },
  { path: '/playlists/:id(\\d+)', name: 'playlist', component: () => import('@/screens/PlaylistScreen.vue') },
  {
    path: '/podcasts',
    name: 'podcasts',
    component: () => import('@/screens/PodcastsScreen.vue'),
    meta: { title: 'broadcasts.podcasts' },
  },
  { path: '/podcasts/:id(\\d+)', name: 'podcast', component: () => import('@/screens/PodcastScreen.vue') },
  {
    path: '/radio',
    name: 'radio',
    component: () => import('@/screens/RadioScreen.vue'),
    meta: { title: 'broadcasts.radio' },
  },
  {
    path: '/jukebox',
    name: 'jukebox',
    component: () => import('@/screens/JukeboxScreen.vue'),
    meta: { title: 'jukebox.jukebox' },
  },
  {
    path: '/settings',
    name: 'settings',
    component: () => import('@/screens/SettingsScreen.vue'),
    meta: { title: 'settings.settings' },
  },
  {
    path: '/settings/playback',
    name: 'settings-playback',
    component: () => import('@/screens/PlaybackSettingsScreen.vue'),
    meta: { title: 'settings.playback' },
  },
  {
    path: '/settings/profile',
    name: 'settings-profile',
    component: () => import('@/screens/ProfileScreen.vue'),
    meta: { title: 'profile.profile' },
  },
  {
    path: '/settings/security',
    name: 'settings-security',
    component: () => import('@/screens/SecurityScreen.vue'),
    meta: { title: 'security.security' },
  },
  {
    path: '/settings/apps',
    name: 'settings-apps',
    component: () => import('@/screens/AppsScreen.vue'),
    meta: { title: 'security.apps' },
  },
  {
    path: '/settings/listening',
    name: 'settings-listening',
    component: () => import('@/screens/ListeningScreen.vue'),
    meta: { title: 'scrobbling.listening' },
  },
  {
    path: '/settings/shares',
    name: 'settings-shares',
    component: () => import('@/screens/SharesScreen.vue'),
    meta: { title: 'shares.all' },
  },
  {
    path: '/settings/library',
    name: 'settings-library',
    component: () => import('@/screens/LibrarySettingsScreen.vue'),
    meta: { admin: true, title: 'libraries.libraries' },
  },
  {
    path: '/settings/members',
    name: 'settings-members',
    component: () => import('@/screens/MembersScreen.vue'),
    meta: { admin: true, title: 'members.members' },
  },
  {
    path: '/settings/members/:id(\\d+)',
    name: 'settings-member',
    component: () => import('@/screens/MemberScreen.vue'),
    meta: { admin: true },
  },
  {
    path: '/settings/invitations',
    name: 'settings-invitations',
    component: () => import('@/screens/InvitationsScreen.vue'),
    meta: { admin: true, title: 'members.invitations' },
  },
  {
    path: '/settings/reports',
    name: 'settings-reports',
    component: () => import('@/screens/ReportsScreen.vue'),
    meta: { title: 'moderation.ownReports' },
  },
  {
    path: '/settings/moderation',
    name: 'settings-moderation',
    component: () => import('@/screens/ModerationScreen.vue'),
    meta: { admin: true, title: 'moderation.moderation' },
  },
  {
    path: '/settings/moderation/:id(\\d+)',
    name: 'settings-case',
    component: () => import('@/screens/CaseScreen.vue'),
    meta: { admin: true },
  },
  {
    path: '/settings/streaming',
    name: 'settings-streaming',
    component: () => import('@/screens/StreamingScreen.vue'),
    meta: { admin: true, title: 'streaming.streaming' },
  },
  {
    path: '/settings/record',
    name: 'settings-record',
    component: () => import('@/screens/RecordScreen.vue'),
    meta: { admin: true, title: 'members.record' },
  },
  {
    path: '/upload',
    name: 'upload',
    component: () => import('@/screens/UploadScreen.vue'),
    meta: { title: 'uploads.upload' },
  },
  {
    path: '/desk/:tab(albums|drafts)?',
    name: 'desk',
    component: () => import('@/screens/DeskScreen.vue'),
    // A link may name the tab as a parameter, too.
    beforeEnter: ({ query: { tab, ...query } }) =>
      tab === 'albums' || tab === 'drafts' ? { name: 'desk', params: { tab }, query } : true,
    meta: { title: 'desk.desk' },
  },
  { path: '/desk/songs/:id(\\d+)', name: 'desk-song', component: () => import('@/screens/DeskSongScreen.vue') },
  {
    path: '/notices',
    name: 'notices',
    component: () => import('@/screens/NoticesScreen.vue'),
    meta: { title: 'notices.notices' },
  },
  {
    path: '/:rest(.*)*',
    name: 'not-found',
    component: () => import('@/screens/NotFoundScreen.vue'),
    meta: { title: 'common.notFoundTitle' },
  },
];

export const router = createRouter({ history: createWebHistory(import.meta.env.BASE_URL), routes });

/** The first page has its words with it; all others wait for theirs, which come while the page itself is fetched. */
router.beforeEach((to) => {
  if (to.name !== 'home') loadLaterWords().catch(() => undefined);
});
router.beforeResolve(async (to) => {
  if (to.name !== 'home') await loadLaterWords();
});

router.beforeEach(async (to) => {
  const session = useSession();
  if (!session.known) await session.load();
  if (to.meta.anyone) return true;
  if (to.meta.open) return session.user && to.name !== 'setup' ? { name: 'home' } : true;
  if (session.known && !session.user) {
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  }
  return to.meta.admin && !session.isAdmin && session.known ? { name: 'settings' } : true;
});

const RELOADED_KEY = 'antiphon.reloaded';
/** Reloads sooner than this after the last one would mean that reloading does not help. Milliseconds. */
const RELOAD_AGAIN_AFTER = 30_000;

/** Without the server a reload would leave an empty page and silence. */
async function isServerReachable(): Promise<boolean> {
  try {
    await fetch(import.meta.env.BASE_URL, { method: 'HEAD', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

/** After the server was updated the parts of an open page are gone: the next page is then loaded from the new ones. */
router.onError(async (error, to) => {
  if (!/dynamically imported module|preload CSS|module script/i.test(String(error))) return;
  if (!(await isServerReachable())) {
    useNotices().show(translate('errors.unreachable'), { tone: 'danger' });
    return;
  }
  const last = Number(sessionStorage.getItem(RELOADED_KEY) ?? 0);
  if (Date.now() - last < RELOAD_AGAIN_AFTER) return;
  sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
  location.assign(router.resolve(to.fullPath).href);
});

/** Once the page is calm the others are fetched too, so that they open at once, and without a connection. */
async function fetchOtherScreens(): Promise<void> {
  try {
    await loadList();
    await fetchLaterParts();
  } catch {
    return;
  }
  for (const { component } of routes) {
    if (typeof component !== 'function') continue;
    try {
      await (component as () => Promise<unknown>)();
    } catch {
      return;
    }
  }
}

void router.isReady().then(() => {
  if ('requestIdleCallback' in window) window.requestIdleCallback(() => void fetchOtherScreens(), { timeout: 5000 });
  else setTimeout(() => void fetchOtherScreens(), 2000);
});

/** Read out when the page changes. */
export const pageName = ref('');

export function setPageTitle(name: string): void {
  pageName.value = name;
  document.title = name ? translate('common.pageTitle', { page: name }) : translate('common.antiphon');
}

router.afterEach((to, from) => {
  if (to.path !== from.path && to.meta.title) setPageTitle(translate(to.meta.title));
});
