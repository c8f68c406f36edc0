/** Columns of a wide character (Chinese, Japanese, Korean, emoji) are two. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/gu;
export const widthOf = (text: string): number => [...text].length + (text.match(WIDE)?.length ?? 0);

const pad = (text: string, width: number, isNumber: boolean): string => {
  const fill = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isNumber ? fill + text : text + fill;
};

/** Control characters would let stored text move the cursor or colour the terminal, direction marks turn the line around. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ');

export type Column = { title: string; right?: boolean };

/** Rows under their titles, aligned; a column without any value is left out. An empty cell shows as `–`. */
export const textTable = (columns: Column[], rows: Array<Array<string | number | undefined>>): string => {
  const cells = rows.map((row) => columns.map((_, index) => printable(String(row[index] ?? ''))));
  const shown = columns.map((_, index) => index).filter((index) => cells.some((row) => row[index] !== ''));
  const lines = [
    columns.map(({ title }) => title.toUpperCase()),
    ...cells.map((row) => row.map((cell) => cell || '–')),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ''))));
  return lines
    .map((line) =>
      shown
        .map((index) => pad(line[index] ?? '', widths[index] ?? 0, columns[index]?.right === true))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** `name  value` lines, names aligned; absent values are left out. */
export const textList = (entries: Array<[name: string, value: string | number | undefined]>, indent = ''): string => {
  // Names as well as values: those of form fields are whatever somebody posted.
  const present = entries
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]): [string, string] => [printable(name), printable(String(value))]);
  const width = Math.max(0, ...present.map(([name]) => widthOf(name)));
  return present.map(([name, value]) => `${indent}${pad(name, width, false)}  ${value}`).join('\n');
};
