// Every method of the npm package `subsonic-api`: arguments are the address, a name and a password.
// Prints one JSON object: what each method told, in short, and the methods that were not called.
import { SubsonicAPI } from "subsonic-api";

const [url, username, password] = process.argv.slice(2);
const api = new SubsonicAPI({ url, auth: { username, password } });
const seen = {};
const called = new Set();

/** Call a method and keep what `tell` makes of its answer; an error of the dialect is told by its code. */
async function call(name, args, tell = (answer) => answer.status) {
  called.add(name);
  const answer = await api[name](args);
  seen[name] = answer.error ? `error ${answer.error.code}` : await tell(answer);
  return answer;
}
const bytes = async (answer) => (await answer.arrayBuffer()).byteLength > 1000;
const refusal = async (answer) => `error ${(await answer.json())["subsonic-response"].error.code}`;
// Read to its end: a connection with something left to read keeps the process from ending.
const kind = async (answer) => (await answer.blob()).type.slice(0, 6);
const text = async (answer) => (await answer.text()).slice(0, 7);

await call("ping");
await call("getLicense", undefined, (answer) => answer.license.valid);
await call("getOpenSubsonicExtensions", undefined, (answer) => answer.openSubsonicExtensions.length > 8);
await call("getMusicFolders", undefined, (answer) => answer.musicFolders.musicFolder.length);
await call("startScan");
await call("getScanStatus", undefined, (answer) => answer.scanStatus.count);
await call("getIndexes", {}, (answer) => answer.indexes.index.length > 1);
const artists = await call("getArtists", {}, (answer) => answer.artists.index.length > 1);
const artist = artists.artists.index[0].artist[0];
const { album } = (await call("getArtist", { id: artist.id }, (answer) => answer.artist.name === artist.name)).artist;
const { song } = (await call("getAlbum", { id: album[0].id }, (answer) => answer.album.songCount > 0)).album;
const id = song[0].id;
await call("getSong", { id }, (answer) => answer.song.id === id);
await call("getMusicDirectory", { id: album[0].id }, (answer) => answer.directory.child.length > 0);
const genres = await call("getGenres", undefined, (answer) => answer.genres.genre.length > 0);
const genre = genres.genres.genre[0].value;
await call("getSongsByGenre", { genre }, (answer) => answer.songsByGenre.song.length > 0);
await call("getAlbumList", { type: "newest" }, (answer) => answer.albumList.album.length > 0);
await call("getAlbumList2", { type: "random" }, (answer) => answer.albumList2.album.length > 0);
await call("getRandomSongs", { size: 3 }, (answer) => answer.randomSongs.song.length);
await call("search2", { query: "Dawn" }, (answer) => answer.searchResult2.song.length);
await call("search3", { query: "Dawn" }, (answer) => answer.searchResult3.song.length);
await call("getLyrics", { artist: artist.name, title: song[0].title });
await call("getLyricsBySongId", { id });
await call("getArtistInfo", { id: artist.id });
await call("getArtistInfo2", { id: artist.id });
await call("getAlbumInfo", { id: album[0].id });
await call("getAlbumInfo2", { id: album[0].id });
await call("getSimilarSongs", { id });
await call("getSimilarSongs2", { id: artist.id });
await call("getTopSongs", { artist: artist.name });
await call("star", { id });
await call("getStarred", {}, (answer) => answer.starred.song.length);
await call("getStarred2", {}, (answer) => answer.starred2.song.length);
await call("unstar", { id });
await call("setRating", { id, rating: 5 });
await call("scrobble", { id, submission: false });
await call("getNowPlaying", undefined, (answer) => answer.nowPlaying.entry.length);
await call("reportPlayback", { mediaId: id, mediaType: "song", state: "playing", positionMs: 100 });
await call("stream", { id, format: "mp3", maxBitRate: 64 }, bytes);
await call("download", { id }, bytes);
await call("hls", { id }, text);
await call("getCoverArt", { id: album[0].id }, bytes);
await call("getAvatar", { username }, kind);
const { playlist } = await call("createPlaylist", { name: "Every", songId: [id, id] }, (one) => one.playlist.songCount);
await call("getPlaylists", {}, (answer) => answer.playlists.playlist.length);
await call("updatePlaylist", { playlistId: playlist.id, songIndexToRemove: 0 });
await call("getPlaylist", { id: playlist.id }, (answer) => answer.playlist.songCount);
await call("deletePlaylist", { id: playlist.id });
const { shares } = await call("createShare", { id }, (answer) => answer.shares.share.length);
await call("getShares", undefined, (answer) => answer.shares.share.length);
await call("updateShare", { id: shares.share[0].id, description: "again" });
await call("deleteShare", { id: shares.share[0].id });
await call("createPodcastChannel", { url: "http://127.0.0.1:9/other.xml" });
const { podcasts } = await call("getPodcasts", {}, (answer) => answer.podcasts.channel.length > 0);
await call("getNewestPodcasts", {});
await call("getPodcastEpisode", { id: "pe-999" });
await call("downloadPodcastEpisode", { id: "pe-999" }, refusal);
await call("deletePodcastEpisode", { id: "pe-999" });
await call("refreshPodcasts");
await call("deletePodcastChannel", { id: podcasts.channel[0].id });
await call("jukeboxControl", { action: "status" });
await call("createInternetRadioStation", { streamUrl: "https://radio.example/stream", name: "Night" });
const radio = await call("getInternetRadioStations", undefined, (answer) => Object.keys(answer).length > 4);
const station = radio.internetRadioStations.internetRadioStation[0].id;
await call("updateInternetRadioStation", { id: station, streamUrl: "https://radio.example/day", name: "Day" });
await call("deleteInternetRadioStation", { id: station });
await call("addChatMessage", { message: "Good evening" });
await call("getChatMessages", {}, (answer) => answer.chatMessages.chatMessage.length > 0);
await call("getVideos", undefined);
await call("getVideoInfo", { id: "1" });
await call("getCaptions", { id: "1" }, refusal);
await call("createUser", { username: "emil", password: "tuba on a slow train", email: "emil@example.org" });
await call("updateUser", { username: "emil", shareRole: true });
await call("getUser", { username: "emil" }, (answer) => answer.user.shareRole);
await call("changePassword", { username: "emil", password: "another slow train" });
await call("getUsers", undefined, (answer) => answer.users.user.some((one) => one.username === "emil"));
await call("deleteUser", { username: "emil" });
await call("createBookmark", { id, position: 700 });
await call("getBookmarks", undefined, (answer) => answer.bookmarks.bookmark.length);
await call("deleteBookmark", { id });
await call("savePlayQueue", { id, current: id, position: 5 });
await call("getPlayQueue", undefined, (answer) => answer.playQueue.position);

// What is not the dialect's: the library's own ways to call anything, and to another maker's sign-in.
const own = ["constructor", "custom", "customJSON", "baseURL", "navidromeSession"];
const methods = Object.getOwnPropertyNames(SubsonicAPI.prototype).filter((name) => !own.includes(name));
console.log(JSON.stringify({ seen, left: methods.filter((name) => !called.has(name)) }));
