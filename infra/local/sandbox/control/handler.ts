import type * as z from 'zod/mini';
import { messageOf, problemsOf } from '../../../../lib/sources/describe-issue.ts';
import { jsonAnswer, type SandboxAnswer } from '../answer.ts';
import type { SandboxRequest } from '../request.ts';
import type { Rooms } from '../rooms.ts';

/** Answers one path and method of the owner's side. */
export type Handler = (request: SandboxRequest, rooms: Rooms) => SandboxAnswer;

export const refused = (code: string, message: string, status = 400): SandboxAnswer =>
  jsonAnswer(status, { error: { code, message } });

/** The body as the schema has it, or what is wrong with it, by key. No body reads as an empty object. */
export const readBody = <Schema extends z.ZodMiniType>(
  schema: Schema,
  request: SandboxRequest,
): { status: 'read'; value: z.infer<Schema> } | { status: 'wrong'; message: string } => {
  const text = request.body.toString('utf8').trim();
  let body: unknown;
  try {
    body = JSON.parse(text === '' ? '{}' : text);
  } catch {
    return { status: 'wrong', message: 'The body is not JSON.' };
  }
  const parsed = schema.safeParse(body, { error: messageOf });
  if (parsed.success) return { status: 'read', value: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, body));
  return {
    status: 'wrong',
    message: problems.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; '),
  };
};
