// What an app does that is built on the npm package `subsonic-api`: arguments are the address, a name and a password.
// Prints one JSON object of what it saw.
import { SubsonicAPI } from "subsonic-api";

const [url, username, password] = process.argv.slice(2);
const seen = {};

for (const post of [false, true]) {
  const api = new SubsonicAPI({ url, auth: { username, password }, post });
  const way = post ? "post" : "get";
  const extensions = (await api.getOpenSubsonicExtensions()).openSubsonicExtensions.map((one) => one.name);
  const { searchResult3 } = await api.search3({ query: "", songCount: 500 });
  const song = searchResult3.song.find((one) => one.title === "Dawn");
  const { album } = await api.getAlbum({ id: song.albumId });
  await api.star({ id: song.id });
  const starred = (await api.getStarred2()).starred2.song.map((one) => one.title);
  await api.unstar({ id: song.id });
  const { playlist } = await api.createPlaylist({ name: `by ${way}`, songId: [song.id, song.id] });
  await api.updatePlaylist({ playlistId: playlist.id, songIndexToRemove: 0, comment: "changed" });
  const changed = (await api.getPlaylist({ id: playlist.id })).playlist;
  await api.deletePlaylist({ id: playlist.id });
  const stream = await api.stream({ id: song.id });
  const cover = await api.getCoverArt({ id: song.coverArt, size: 64 });
  const newcomer = `by-${way}`;
  await api.createUser({ username: newcomer, password: "tuba on a slow train", email: `${newcomer}@example.org` });
  await api.updateUser({ username: newcomer, downloadRole: true });
  await api.changePassword({ username: newcomer, password: "another slow train" });
  const listed = (await api.getUsers()).users.user.map((one) => one.username);
  const changedUser = (await api.getUser({ username: newcomer })).user;
  await api.deleteUser({ username: newcomer });
  seen[way] = {
    users: [listed.includes(newcomer), changedUser.downloadRole, changedUser.shareRole],
    usersLeft: (await api.getUsers()).users.user.length,
    status: (await api.ping()).status,
    extensions,
    titles: searchResult3.song.map((one) => one.title).sort(),
    album: album.song.map((one) => one.title),
    starred,
    left: (await api.getStarred2()).starred2.song.length,
    playlist: [changed.name, changed.comment, changed.entry.length],
    bytes: (await stream.arrayBuffer()).byteLength,
    size: song.size,
    cover: cover.headers.get("content-type"),
    user: (await api.getUser({ username })).user.username,
    genres: (await api.getGenres()).genres.genre.map((one) => one.value).sort(),
  };
}

const stranger = new SubsonicAPI({ url, auth: { username, password: "wrong" } });
seen.stranger = (await stranger.ping()).error?.code;
console.log(JSON.stringify(seen));
