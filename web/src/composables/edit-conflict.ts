/** A form about something that others may change while it stands open. */
import { computed, reactive, type ShallowRef, shallowRef, watch } from 'vue';
import { ApiError } from '@/api/errors';

export interface EditConflictOptions<Thing, Form extends object> {
  /** The thing as the server told it last; it may be read anew at any time. */
  given: () => Thing;
  formOf: (thing: Thing) => Form;
  read: () => Promise<Thing>;
  /** While it is saved, what changes is one's own. */
  busy: Readonly<ShallowRef<boolean>>;
}

/** One field that somebody else has changed; `mine` is null where it was not touched here. */
export interface ForeignChange {
  field: string;
  theirs: unknown;
  mine: unknown;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
// A field for numbers gives a number where something stands in it.
const asText = (value: unknown) => (typeof value === 'number' ? String(value) : value);

export function useEditConflict<Thing, Form extends object>(options: EditConflictOptions<Thing, Form>) {
  const { given, formOf, read, busy } = options;
  const base = shallowRef(given()) as ShallowRef<Thing>;
  const shown = shallowRef(formOf(base.value)) as ShallowRef<Form>;
  const form = reactive(structuredClone(shown.value)) as Form;
  const latest = shallowRef(null) as ShallowRef<Thing | null>;

  const names = Object.keys(shown.value) as (keyof Form & string)[];
  const isMine = (name: keyof Form) => !same(asText(form[name]), shown.value[name]);

  const foreign = computed<ForeignChange[]>(() => {
    if (latest.value === null) return [];
    const theirs = formOf(latest.value);
    return names
      .filter((name) => !same(theirs[name], shown.value[name]))
      .map((field) => ({ field, theirs: theirs[field], mine: isMine(field) ? asText(form[field]) : null }));
  });

  /** What was changed elsewhere but stands in no field here is no matter, nor what was changed back. */
  function look(thing: Thing): void {
    if (same(formOf(thing), shown.value)) {
      base.value = thing;
      latest.value = null;
    } else latest.value = thing;
  }
  watch(given, (thing) => busy.value || look(thing));

  /** Takes the others' values for what was not touched here, so that saving changes one's own fields alone. */
  function settle(): void {
    if (latest.value === null) return;
    const theirs = formOf(latest.value);
    const untouched = names.filter((name) => !isMine(name));
    base.value = latest.value;
    shown.value = theirs;
    latest.value = null;
    for (const name of untouched) form[name] = structuredClone(theirs[name]);
  }

  /** Saves; false where somebody else was faster, which `foreign` then tells of. Raises every other refusal. */
  async function save(send: (thing: Thing) => Promise<unknown>): Promise<boolean> {
    for (let tries = 2; ; tries -= 1) {
      try {
        await send(base.value);
        return true;
      } catch (refused) {
        if (!(refused instanceof ApiError) || refused.code !== 'changed_since' || tries === 1) throw refused;
      }
      look(await read());
      if (foreign.value.length > 0) return false;
    }
  }

  return { form, shown, base, foreign, settle, save };
}
