/** What a text would show of the value, in the ways a text could hold it. */
const formsOf = (value: string): string[] => {
  const bytes = Buffer.from(value);
  // Inside of a longer base 64 text the value stands in one of three alignments, its ends mixed with its neighbours.
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(offset === 0 ? 0 : 4, -4),
  );
  return [value, encodeURIComponent(value), bytes.toString('hex'), [...value].reverse().join(''), ...base64].filter(
    (form) => form.length >= 6,
  );
};

export type Marks = {
  /** A value that must turn up nowhere; returned, to be sent. */
  add(name: string, value: string): string;
  /** Names of the marks that a text shows, whatever their case. */
  in(text: string): string[];
  names(): string[];
};

/** Marked values, and the net they must not get caught in. */
export const createMarks = (): Marks => {
  const marks = new Map<string, string[]>();
  return {
    add: (name, value) => {
      if (value.length < 8) throw new Error(`the mark ${name} is too short to be told from other text`);
      marks.set(
        name,
        formsOf(value).map((form) => form.toLowerCase()),
      );
      return value;
    },
    in: (text) => {
      const low = text.toLowerCase();
      return [...marks].filter(([, forms]) => forms.some((form) => low.includes(form))).map(([name]) => name);
    },
    names: () => [...marks.keys()],
  };
};
