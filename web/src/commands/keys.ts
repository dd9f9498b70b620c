/** Key names: modifiers in the order mod, alt, shift, then the key; two strokes after each other as "g h". */
const isApple = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent);

/** "mod" is the command key on Apple machines and control elsewhere. */
export function strokeOf(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (event.metaKey || event.ctrlKey) parts.push('mod');
  if (event.altKey) parts.push('alt');
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  // A sign such as "?" already says that shift was held.
  const isSign = key.length === 1 && !/[a-z0-9]/.test(key);
  if (event.shiftKey && !isSign) parts.push('shift');
  return [...parts, key].join('+');
}

const signs: Record<string, string> = {
  mod: isApple ? '⌘' : 'Ctrl',
  alt: isApple ? '⌥' : 'Alt',
  shift: isApple ? '⇧' : 'Shift',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
  space: 'Space',
  escape: 'Esc',
};

/** The strokes of a key text, each as the signs on the keyboard: "g h" is [["G"], ["H"]]. */
export function keySigns(keys: string): string[][] {
  return keys.split(' ').map((stroke) => stroke.split('+').map((part) => signs[part] ?? part.toUpperCase()));
}

/** For `aria-keyshortcuts`. */
export function keysForAria(keys: string): string {
  return keys
    .split('+')
    .map((part) => (part === 'mod' ? (isApple ? 'Meta' : 'Control') : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('+');
}
