import { messageOf, problemsOf } from './describe-issue.ts';
import { type Source, sourceSchema } from './source.ts';

/** `path` as `forms.contact.fields.Email.transform`, empty for the file as a whole. `message` is read after it. */
export type SourceProblem = { path: string; message: string; line?: number };
export type SourceCheck = { source: Source } | { problems: SourceProblem[] };

/** Every problem of a source at once, each under its exact path. */
export const checkSource = (input: unknown): SourceCheck => {
  const parsed = sourceSchema.safeParse(input, { error: messageOf });
  if (parsed.success) return { source: parsed.data };
  const problems = parsed.error.issues
    .flatMap((issue) => problemsOf(issue, input))
    .map(({ path, message }) => ({ path: path.join('.'), message }));
  return { problems };
};
