const MOST_NAMES = 100;

/** The names with one more at the end; blanks around it do not count, and no name stands there twice. */
export function withName(names: string[], given: string): string[] {
  const name = given.trim().replace(/\s+/g, ' ');
  const isKnown = names.some((one) => one.toLowerCase() === name.toLowerCase());
  return name === '' || isKnown || names.length >= MOST_NAMES ? names : [...names, name];
}
