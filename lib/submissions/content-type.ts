/** A media type in lower case and its parameters; parameter names in lower case, the first of each counts. */
export type ContentType = { type: string; parameters: Map<string, string> };

const PARAMETER = /;\s*([!#$%&'*+.^`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/g;

export const readContentType = (header: string | undefined): ContentType => {
  const text = header ?? '';
  const end = text.indexOf(';');
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of (end === -1 ? '' : text.slice(end)).matchAll(PARAMETER)) {
    const value = quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/g, '$1');
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
  }
  return { type: (end === -1 ? text : text.slice(0, end)).trim().toLowerCase(), parameters };
};
