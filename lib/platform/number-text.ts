/** A number as a body wrote it: a double would round 19-digit ids, and money is never a float. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** `source` is the text a number was written as. */
const keepNumberText = (_: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value;

/**
 * JSON whose numbers are `NumberText`.
 * @throws {SyntaxError} what is not JSON; {RangeError} what is nested so deeply that the engine gives up
 */
export const parseJsonWithNumberText = (text: string): unknown => JSON.parse(text, keepNumberText);
