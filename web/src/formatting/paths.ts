/** Where to go after signing in: only a path of this player, never an address from outside. */
export function pathWithin(wanted: unknown): string {
  if (typeof wanted !== 'string' || !/^\/(?![/\\])/.test(wanted)) return '/';
  return /^\/(sign-in|register|setup|join|forgot|reset|verify)\b/.test(wanted) ? '/' : wanted;
}
