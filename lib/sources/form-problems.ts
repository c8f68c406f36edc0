export type FormProblem = { path: Array<string | number>; message: string };

const mapOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');

/** The form fields that one entry of `fields` reads. */
const readBy = (rule: unknown): string[] => textsOf(typeof rule === 'string' ? rule : mapOf(rule).from);

/**
 * What no single key of a form shows: keys that contradict each other. Takes a form with other problems too, so that
 * all of them are named at once; what has the wrong form is left to the schema.
 */
export const formProblems = (form: unknown): FormProblem[] => {
  const {
    fields: written,
    constants: writtenConstants,
    duplicateCheckFields,
    ifExists,
    onConverted,
    module = 'Leads',
    marker,
    layout,
    spam: writtenSpam,
  } = mapOf(form);
  const [fields, constants, spam] = [mapOf(written), mapOf(writtenConstants), mapOf(writtenSpam)];
  const isSet = (field: string): boolean => Object.hasOwn(fields, field) || Object.hasOwn(constants, field);
  const problems: FormProblem[] = [];
  const report = (path: FormProblem['path'], message: string) => problems.push({ path, message });

  if (typeof written === 'object' && Object.keys(fields).length === 0)
    report(['fields'], 'must map at least one field');
  for (const field of Object.keys(constants))
    if (Object.hasOwn(fields, field))
      report(
        ['constants', field],
        'is mapped under fields as well; give that rule a default instead, or drop one of the two',
      );

  const checked: unknown[] = Array.isArray(duplicateCheckFields) ? duplicateCheckFields : [];
  checked.forEach((field, index) => {
    if (typeof field !== 'string') return;
    if (!Object.hasOwn(fields, field))
      report(['duplicateCheckFields', index], 'is not mapped under fields: Zoho would have nothing to look up');
    if (checked.indexOf(field) < index) report(['duplicateCheckFields', index], 'is listed twice');
  });

  const looksUp = ifExists !== undefined && ifExists !== 'update';
  if (looksUp && checked.length === 0) report(['ifExists'], 'needs duplicateCheckFields: they tell what exists');
  const { update_only: updateOnly } = mapOf(ifExists);
  (Array.isArray(updateOnly) ? updateOnly : []).forEach((field, index) => {
    if (typeof field === 'string' && !isSet(field))
      report(['ifExists', 'update_only', index], 'stands neither under fields nor under constants');
  });
  if (onConverted === 'contact' || onConverted === 'deal_note') {
    if (module !== 'Leads') report(['onConverted'], 'is for forms of module Leads: only a lead is ever converted');
    else if (!checked.includes('Email'))
      report(['onConverted'], 'needs Email among the duplicateCheckFields: a Contact is found by it');
  }

  if (typeof marker === 'string' && isSet(marker))
    report(['marker'], "stands under fields or constants as well; it takes the submission's id and nothing else");
  if (layout !== undefined && isSet('Layout')) report(['layout'], 'stands under fields or constants as well');

  const mapped = new Set(Object.values(fields).flatMap(readBy));
  const { honeypot, timestamp } = spam;
  if (typeof honeypot === 'string' && mapped.has(honeypot))
    report(['spam', 'honeypot'], 'is mapped under fields as well; people never fill it in');
  if (typeof timestamp === 'string' && mapped.has(timestamp))
    report(['spam', 'timestamp'], 'is mapped under fields as well');
  if (honeypot !== undefined && honeypot === timestamp) report(['spam', 'timestamp'], 'is the honeypot as well');
  return problems;
};
