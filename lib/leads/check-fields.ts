import type { Form } from '../sources/form.ts';
import { nearestName } from '../sources/nearest-name.ts';
import type { ZohoField } from '../zoho/fields.ts';

/** Longest id of a submission. */
const ID_LENGTH = 26;

type Finding = { path: string; message: string };

const pathsOf = ({ fields, constants, marker }: Form): Array<{ path: string; name: string }> => [
  ...Object.keys(fields).map((name) => ({ path: `fields.${name}`, name })),
  ...Object.keys(constants).map((name) => ({ path: `constants.${name}`, name })),
  ...(marker === undefined ? [] : [{ path: 'marker', name: marker }]),
];

const markerFinding = ({ dataType, length }: ZohoField): string | undefined => {
  if (dataType !== undefined && dataType !== 'text')
    return `is a field of type ${dataType}; a submission's id needs a single-line text field`;
  return length !== undefined && length < ID_LENGTH
    ? `takes ${length} characters; a submission's id has ${ID_LENGTH}`
    : undefined;
};

/**
 * What a form sends and the client's module has no place for. Zoho drops a name it does not know and answers success,
 * so nobody would hear of it.
 * @param fields all of the module's
 */
export const checkFields = (form: Form, fields: readonly ZohoField[]): Finding[] => {
  const known = new Map(fields.map((field) => [field.apiName, field]));
  return pathsOf(form).flatMap(({ path, name }) => {
    const field = known.get(name);
    if (field === undefined) {
      const meant = nearestName(name, [...known.keys()]);
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      const what = path === 'marker' ? `: ${name}` : '';
      return [{ path, message: `is no field of ${form.module} in the connected Zoho, which drops it${what}${hint}` }];
    }
    if (!field.isWritable) return [{ path, message: `is a field of ${form.module} that Zoho lets nobody write to` }];
    const message = path === 'marker' ? markerFinding(field) : undefined;
    return message === undefined ? [] : [{ path, message }];
  });
};
