/** One webhook call as it came in. `query` is without our own parameters (`api_key`). */
export type WebhookCall = {
  contentType: string | undefined;
  body: Buffer;
  query: Array<[name: string, value: string]>;
};

/** A parameter and its text, in the order sent; JSON numbers as the body wrote them. */
export type Parameter = readonly [name: string, value: string];

/** Bytes of one body that are read; what is longer is kept for a person, cut here. */
export const MAX_BODY_BYTES = 64 * 1024;
