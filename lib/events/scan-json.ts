const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;

/**
 * Names of the outermost object of valid JSON text, repeats kept: `JSON.parse` would let the last one win without a
 * word, and a value that was put into a template unescaped can bring names of its own.
 */
export const outerNames = (text: string): string[] => {
  const names: string[] = [];
  let depth = 0;
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (token === ':' && depth === 1) names.push(String(JSON.parse(last)));
    last = token;
  }
  return names;
};
