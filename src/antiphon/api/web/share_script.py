"""The little script of the pages of shares: songs can be moved in, one follows the other, and one that does not sound
says why.

A song that is made while it is heard does not tell the browser how long it is, nor can it be moved in: its length
stands in the page, and a leap asks for a stream that begins there. So the page has a player of its own; without scripts
the browser's stays.
"""

SCRIPT = """
'use strict';
const rows = [...document.querySelectorAll('li')].filter((row) => row.querySelector('audio'));
const clock = (seconds) => {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};
const why = async (address) => {
  const gone = new AbortController();
  try {
    const { ok, status } = await fetch(address, { signal: gone.signal });
    if (status === 429) return 'Too many are listening just now. Wait a moment, then press play again.';
    if (!ok && status < 500) return 'This is not shared any more. Load the page again.';
    return 'This song could not be played. Press play to try again.';
  } catch {
    return 'The server cannot be reached. Press play to try again.';
  } finally {
    gone.abort();
  }
};
const make = (name, attributes) => Object.assign(document.createElement(name), attributes);
const players = rows.map((row, place) => {
  const sound = row.querySelector('audio');
  const told = row.querySelector('.wrong');
  const title = sound.getAttribute('aria-label');
  const address = sound.getAttribute('src');
  const length = Number(sound.dataset.seconds);
  const button = make('button', { type: 'button' });
  const slider = make('input', { type: 'range', min: 0, max: length, step: 1, value: 0 });
  const times = make('span', {});
  slider.setAttribute('aria-label', `Position in ${title}`);
  // Where the stream begins in the song, and where to go once it is known what kind of stream it is.
  let begins = 0;
  let wanted = null;
  let held = false;
  let leap = 0;
  // A stream may tell how long it is, and yet be one that can only be heard from its beginning; or tell no length, and
  // seem to be one without an end. And of a file that does not tell its length, browsers guess places wrongly.
  const isWhole = () => {
    const { seekable } = sound;
    return begins === 0 && seekable.length > 0 && Math.abs(seekable.end(seekable.length - 1) - length) < 2;
  };
  let wasWhole = false;
  const position = () => Math.min(length, wanted ?? begins + sound.currentTime);
  const show = () => {
    const now = held ? Number(slider.value) : position();
    if (!held) slider.value = now;
    slider.setAttribute('aria-valuetext', `${clock(now)} of ${clock(length)}`);
    times.textContent = `${clock(now)} / ${clock(length)}`;
    button.setAttribute('aria-label', `${sound.paused ? 'Play' : 'Pause'} ${title}`);
  };
  const beginAt = (seconds) => {
    const wasPaused = sound.paused;
    clearTimeout(leap);
    begins = seconds;
    wanted = null;
    sound.src = seconds ? `${address}?offset=${seconds.toFixed(3)}` : address;
    if (!wasPaused) play();
  };
  const go = (seconds) => {
    const to = Math.max(0, Math.min(seconds, length - 0.1));
    if (sound.readyState > 0 && isWhole()) {
      sound.currentTime = to;
    } else {
      wanted = to;
      clearTimeout(leap);
      // Who leaps on by key wants the last place only.
      if (sound.readyState > 0) leap = setTimeout(beginAt, 250, to);
    }
    show();
  };
  const play = () => {
    if (sound.error) sound.load();
    return sound.play().catch(() => {});
  };
  sound.addEventListener('loadedmetadata', () => {
    wasWhole = isWhole();
    if (wanted === null) return;
    const to = wanted;
    wanted = null;
    if (isWhole()) sound.currentTime = to;
    else if (to !== begins) beginAt(to);
  });
  sound.addEventListener('play', () => {
    for (const other of players) if (other.sound !== sound) other.sound.pause();
    row.classList.add('playing');
    show();
  });
  sound.addEventListener('playing', () => { told.textContent = ''; });
  sound.addEventListener('pause', () => { row.classList.remove('playing'); show(); });
  sound.addEventListener('timeupdate', show);
  sound.addEventListener('seeked', show);
  sound.addEventListener('error', async () => {
    row.classList.remove('playing');
    wanted = position();
    sound.load();
    show();
    told.textContent = await why(sound.src);
  });
  sound.addEventListener('ended', () => {
    if (!wasWhole) beginAt(0);
    const next = players[place + 1];
    if (!next) return;
    next.restart();
    next.sound.scrollIntoView({ block: 'nearest' });
  });
  button.addEventListener('click', () => { if (sound.paused) play(); else sound.pause(); });
  slider.addEventListener('input', () => { held = true; show(); });
  slider.addEventListener('change', () => { held = false; go(Number(slider.value)); });
  const bar = make('div', { className: 'player' });
  bar.append(button, slider, times);
  sound.before(bar);
  sound.controls = false;
  show();
  return { sound, restart: () => { if (position() > 0) go(0); play(); } };
});
"""
