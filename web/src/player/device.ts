/** What this browser is called among a person's devices. */
const ID_KEY = 'antiphon.device';
const NAME_KEY = 'antiphon.device-name';
const SEPARATOR = ' · ';
const MOST_LETTERS = 60;

const BROWSERS: [string, RegExp][] = [
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Opera', /(OPR|Opera)\//],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Vivaldi', /Vivaldi\//],
  ['Firefox', /(Firefox|FxiOS)\//],
  ['Chrome', /(Chrome|CriOS|Chromium)\//],
  ['Safari', /Safari\//],
];
const SYSTEMS: [string, RegExp][] = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux|X11/],
];

const firstIn = (known: [string, RegExp][], text: string) => known.find(([, pattern]) => pattern.test(text))?.[0];

/** "Firefox on Linux". */
export function nameOfBrowser(userAgent = navigator.userAgent): string {
  const browser = firstIn(BROWSERS, userAgent) ?? 'Browser';
  const system = firstIn(SYSTEMS, userAgent);
  return system ? `${browser} on ${system}` : browser;
}

export function deviceName(): string {
  return localStorage.getItem(NAME_KEY) || nameOfBrowser();
}

export function renameDevice(name: string): void {
  const cleaned = name.trim().slice(0, MOST_LETTERS);
  if (cleaned) localStorage.setItem(NAME_KEY, cleaned);
  else localStorage.removeItem(NAME_KEY);
}

/** Tells this browser from others of the same name. */
function deviceId(): string {
  const known = localStorage.getItem(ID_KEY);
  if (known) return known;
  const made = Array.from(crypto.getRandomValues(new Uint8Array(3)), (byte) => byte.toString(16).padStart(2, '0'));
  localStorage.setItem(ID_KEY, made.join(''));
  return made.join('');
}

/** The name under which the server keeps this browser's queue. */
export function clientName(): string {
  return `${deviceName()}${SEPARATOR}${deviceId()}`;
}

/** The name of any device as people know it. */
export function shownName(client: string): string {
  return client.replace(/ · [0-9a-f]{6}$/, '');
}
