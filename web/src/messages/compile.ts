/**
 * Makes of words what vue-i18n speaks: text, `{names}` of values, and `|` between one and many. Its own compiler reads
 * more than these messages use, and would be a large part of the script before the first page.
 */
import type { MessageContext } from 'vue-i18n';

export interface Words {
  readonly [key: string]: string | Words;
}
type Sentence = (context: MessageContext<string>) => string;
export interface Sentences {
  [key: string]: Sentence | Sentences;
}

function form(words: string): Sentence {
  // Every second part is the name of a value.
  const parts = words.split(/\{(\w+)\}/);
  return ({ named }) => parts.map((part, place) => (place % 2 === 0 ? part : String(named(part) ?? ''))).join('');
}

function sentence(words: string): Sentence {
  if (!words.includes('|')) return form(words);
  const forms = words.split('|').map((one) => form(one.trim()));
  return (context) => context.plural(forms.map((one) => one(context)));
}

export function compile(words: Words): Sentences {
  return Object.fromEntries(
    Object.entries(words).map(([key, value]) => [key, typeof value === 'string' ? sentence(value) : compile(value)]),
  );
}
