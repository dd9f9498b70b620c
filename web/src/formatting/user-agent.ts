/** What a browser says of itself, as far as a person needs it to know their own device again. */
export interface ClientWords {
  /** Empty for what is no browser. */
  browser: string;
  system: string;
  isPhone: boolean;
}

// The order matters: most browsers also name those that they descend from.
const BROWSERS: [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*Safari\//, 'Safari'],
];

const SYSTEMS: [RegExp, string][] = [
  [/\biPad\b/, 'iPad'],
  [/\biPhone\b/, 'iPhone'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

const nameIn = (table: [RegExp, string][], text: string) => table.find(([pattern]) => pattern.test(text))?.[1] ?? '';

export function clientOf(userAgent: string): ClientWords {
  const browser = nameIn(BROWSERS, userAgent);
  return {
    browser,
    system: browser ? nameIn(SYSTEMS, userAgent) : '',
    isPhone: /\b(iPhone|Mobile)\b/.test(userAgent),
  };
}
