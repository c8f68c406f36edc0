/** Bytes of a body once API Gateway's base64 is undone. */
export const MAX_BODY_BYTES = 64 * 1024;
/** Different names in one body; a name that is repeated (a multi-select) counts once. */
export const MAX_FIELDS = 200;
/** Values of all fields together: a multi-select has dozens, and each one costs on its way to Zoho. */
export const MAX_VALUES = 1_000;
/** Characters of one value, and of each text of an array. */
export const MAX_VALUE_CHARACTERS = 8_192;
/** The longest name a form can map, so nothing of use is longer. */
export const MAX_NAME_CHARACTERS = 128;
