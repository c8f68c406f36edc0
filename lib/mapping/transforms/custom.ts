import type { CustomTransformName } from '../../sources/custom-transform-names.ts';
import type { ZohoValue } from '../zoho-value.ts';

/**
 * A client's own transform: pure, told what the form says (at least one text, none blank). Undefined: nothing fit to be
 * sent, which becomes a warning on the submission.
 */
export type CustomTransform = (values: readonly string[]) => ZohoValue | undefined;

const wordsOf = ([name = '']: readonly string[]): string[] => name.split(/\s+/u).filter((word) => word !== '');

// One client's form asks for the whole name in one field, given names first:
// First_Name: { from: name, transform: { custom: given_names } }, Last_Name: { from: name, transform: { custom: family_name } }
const givenNames: CustomTransform = (values) => wordsOf(values).slice(0, -1).join(' ') || undefined;
const familyName: CustomTransform = (values) => wordsOf(values).at(-1);

/** By the names that source files use; a new one is entered in `lib/sources/custom-transform-names.ts` as well. */
export const customTransforms: Record<CustomTransformName, CustomTransform> = {
  given_names: givenNames,
  family_name: familyName,
};
