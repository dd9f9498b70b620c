/** A form about something that others may change meanwhile, from its fields to its sending. */
import { useQuery } from '@tanstack/vue-query';
import { type EditConflictOptions, useEditConflict } from './edit-conflict';
import { useForm } from './form';

interface EditFormOptions<Thing, Form extends object, Edit> extends Omit<EditConflictOptions<Thing, Form>, 'busy'> {
  /** The names of the fields that can show a sentence. */
  fields: readonly string[];
  /** What was typed, asked once for each saving. */
  edit: () => Edit | Promise<Edit>;
  /** Saves it on top of the thing as it is given. */
  send: (thing: Thing, edit: Edit) => Promise<unknown>;
  saved: () => void;
}

export function useEditForm<Thing, Form extends object, Edit>(options: EditFormOptions<Thing, Form, Edit>) {
  const { busy, error, fields, submit } = useForm(options.fields);
  const { form, shown, foreign, settle, save: saveUnlessChanged } = useEditConflict({ ...options, busy });

  async function save(): Promise<void> {
    let isSaved = false;
    await submit(async () => {
      const edit = await options.edit();
      isSaved = await saveUnlessChanged((thing) => options.send(thing, edit));
    });
    if (isSaved) options.saved();
  }

  /** Saves one's own fields, whatever others did to the rest. */
  async function takeOver(): Promise<void> {
    settle();
    await save();
  }

  return { form, shown, foreign, busy, error, fields, save, takeOver };
}

/**
 * What such a form begins with, read whenever it opens: what somebody types is not to be taken away by a look from
 * elsewhere.
 */
export function useEdited<Thing>(key: readonly unknown[], read: () => Promise<Thing>) {
  return useQuery({
    queryKey: ['editing', ...key],
    queryFn: read,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}
