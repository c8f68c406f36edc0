/** What a form sent, by field name: one text, or a list of texts for a field given several times. */
export type FormFields = Record<string, string | string[]>;
