/** The secret in a link such as …/app/join?token=abc, or what was given when it is a secret itself; else empty. */
export function tokenIn(given: string): string {
  const text = given.trim();
  const found = /[?&]token=([^&#\s]+)/.exec(text);
  if (found?.[1]) {
    try {
      return decodeURIComponent(found[1]);
    } catch {
      return '';
    }
  }
  return /^[\w-]{16,}$/.test(text) ? text : '';
}
