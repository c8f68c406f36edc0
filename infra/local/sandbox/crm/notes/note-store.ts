import * as z from 'zod/mini';

/** A note on one record. */
export const noteSchema = z.object({
  id: z.string(),
  module: z.enum(['Leads', 'Accounts', 'Contacts', 'Deals']),
  recordId: z.string(),
  title: z.nullable(z.string()),
  content: z.string(),
  createdAtMs: z.number(),
});
export type Note = z.infer<typeof noteSchema>;

export type NoteStore = {
  all(): Note[];
  add(note: Note): void;
  /** Newest first. */
  of(module: string, recordId: string): Note[];
  clear(): void;
};

export const createNoteStore = (saved: Note[] = []): NoteStore => {
  let notes = [...saved];
  return {
    all: () => notes,
    add: (note) => void notes.push(note),
    of: (module, recordId) => notes.filter((one) => one.module === module && one.recordId === recordId).reverse(),
    clear: () => {
      notes = [];
    },
  };
};
