import type { HttpRequest } from '../platform/http.ts';
import { isKeyRight, readApiKey } from './api-key.ts';
import type { Form } from './form.ts';
import type { LoadedSource, LoadSource } from './load-source.ts';
import { sourceId } from './names.ts';

/** What does not fit a remembered source may have come with a change made since; it costs a read a second at most. */
const DOUBT_MS = 1_000;

/**
 * The source that a request's key opens; undefined for a wrong key, a missing one and an unknown source alike. A key
 * that was made a moment ago opens it at once.
 * @throws {PlatformError} `table.…` when the source cannot be read
 */
export const openSource = async (
  request: Pick<HttpRequest, 'query' | 'headers'>,
  id: string,
  loadSource: LoadSource,
  options: { fresh?: boolean } = {},
): Promise<LoadedSource | undefined> => {
  const isId = sourceId.safeParse(id).success;
  const loaded = isId ? await loadSource(id, options) : undefined;
  if (isKeyRight(request, loaded)) return loaded;
  if (!isId || readApiKey(request) === undefined) return undefined;
  const again = await loadSource(id, { maxAgeMs: DOUBT_MS });
  return isKeyRight(request, again) ? again : undefined;
};

/**
 * A source and one of its forms; without `settings` there is no such form. One that was added a moment ago is there.
 * @throws {PlatformError} `table.…` when the source cannot be read
 */
export const openForm = async (
  id: string,
  form: string,
  loadSource: LoadSource,
): Promise<{ loaded: LoadedSource | undefined; settings: Form | undefined }> => {
  const read = async (options?: { maxAgeMs: number }) => {
    const loaded = sourceId.safeParse(id).success ? await loadSource(id, options) : undefined;
    const forms = loaded?.source.forms ?? {};
    return { loaded, settings: Object.hasOwn(forms, form) ? forms[form] : undefined };
  };
  const opened = await read();
  return opened.loaded === undefined || opened.settings !== undefined ? opened : read({ maxAgeMs: DOUBT_MS });
};
