import type { PagesRequest } from './request.ts';

/**
 * Only programs and pages of this machine are answered: a name that a foreign page had resolved to this address
 * brings that name as Host, a foreign page's post brings its Origin. Deliveries are judged by their signature.
 */
export const isForeign = ({ headers, path }: Pick<PagesRequest, 'headers' | 'path'>, baseUrl: string): boolean => {
  const own = [baseUrl, baseUrl.replace('127.0.0.1', 'localhost')];
  if (!own.includes(`http://${headers.host ?? ''}`)) return true;
  return !path.startsWith('/hooks/') && headers.origin !== undefined && !own.includes(headers.origin);
};
