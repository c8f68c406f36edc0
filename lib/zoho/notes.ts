import * as z from 'zod/mini';
import { parseJson } from './parse-json.ts';
import { authorization } from './record-requests.ts';
import { readRefusal } from './refusal.ts';

type Token = { apiDomain: string; accessToken: string };

/** A note on one record. */
export type Note = { module: string; recordId: string; title: string; content: string };

/** Adds notes (Zoho CRM API, "Create Notes"); its results are those of an insert. At most 100. */
export const notesRequest = ({ apiDomain, accessToken, notes }: Token & { notes: readonly Note[] }): Request =>
  new Request(`${apiDomain}/crm/v8/Notes`, {
    method: 'POST',
    headers: { ...authorization(accessToken), 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      data: notes.map(({ module, recordId, title, content }) => ({
        Note_Title: title,
        Note_Content: content,
        Parent_Id: { module: { api_name: module }, id: recordId },
      })),
    }),
  });

/** A record's latest notes (Zoho CRM API, "Get Notes"). */
export const recordNotesRequest = ({
  apiDomain,
  accessToken,
  module,
  recordId,
}: Token & { module: string; recordId: string }): Request =>
  new Request(
    `${apiDomain}/crm/v8/${encodeURIComponent(module)}/${encodeURIComponent(recordId)}/Notes?fields=Note_Content&per_page=200`,
    { headers: { ...authorization(accessToken), accept: 'application/json' } },
  );

const notesBody = z.object({
  data: z.array(z.object({ id: z.string(), Note_Content: z.nullish(z.string()) })),
});

export type NotesAnswer =
  | { status: 'notes'; notes: Array<{ id: string; content: string }> }
  | { status: 'refused'; code: string; afterSeconds?: number };

/** A record without notes is answered 204. */
export const readNotesAnswer = (httpStatus: number, body: unknown): NotesAnswer => {
  if (httpStatus === 204) return { status: 'notes', notes: [] };
  const parsed = parseJson(body);
  const read = notesBody.safeParse(parsed).data;
  if (read === undefined) return { status: 'refused', ...(readRefusal(parsed) ?? { code: `http_${httpStatus}` }) };
  return { status: 'notes', notes: read.data.map(({ id, Note_Content }) => ({ id, content: Note_Content ?? '' })) };
};
