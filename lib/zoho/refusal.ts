import * as z from 'zod/mini';

/** A name is kept only if it looks like one: codes reach logs and lists. */
const code = z.string().check(z.regex(/^[A-Za-z][\w.]{0,99}$/));
const details = z.object({
  retry_after: z.catch(z.optional(z.number().check(z.minimum(1), z.maximum(3600))), undefined),
});
const envelope = z.object({ code, details: z.catch(details, {}) });
/** Bare, or wrapped in `data`. */
const refusal = z.union([
  envelope,
  z.pipe(
    z.object({ data: z.tuple([envelope]) }),
    z.transform(({ data }) => data[0]),
  ),
]);

/**
 * The code with which Zoho has refused a whole call; undefined for a body that names none.
 * @param body what was parsed of the answer
 */
export const readRefusal = (body: unknown): { code: string; afterSeconds?: number } | undefined => {
  const read = refusal.safeParse(body).data;
  if (read === undefined) return undefined;
  const { retry_after: afterSeconds } = read.details;
  return { code: read.code, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
};
