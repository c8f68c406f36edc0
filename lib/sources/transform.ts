import * as z from 'zod/mini';
import { customTransformNames } from './custom-transform-names.ts';
import { formFieldName } from './names.ts';
import { nearestName } from './nearest-name.ts';

/** How a form writes a date; one or two digits for day and month, four for the year. */
export const dateFormats = [
  'yyyy-mm-dd',
  'yyyy/mm/dd',
  'dd/mm/yyyy',
  'mm/dd/yyyy',
  'dd.mm.yyyy',
  'dd-mm-yyyy',
] as const;
export type DateFormat = (typeof dateFormats)[number];

const isTimeZone = (text: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
const timeZone = z.string().check(z.refine(isTimeZone, 'must be a time zone such as Asia/Hong_Kong'));

/** Transforms that need nothing said. Absent: `trim`. */
export const plainTransforms = [
  'trim',
  'lower',
  'upper',
  'email',
  'phone',
  'number',
  'boolean',
  'date',
  'datetime',
  'multiselect',
  'hash',
] as const;
export type PlainTransform = (typeof plainTransforms)[number];

/** Transforms with their one setting; exactly one key. */
export const transformSettings = z
  .strictObject({
    /** The form field that names the lead's country. */
    phone: z.optional(z.strictObject({ country: formFieldName })),
    /** Form value → Zoho's actual value. */
    picklist: z.optional(z.record(z.string(), z.string().check(z.minLength(1)))),
    /** The separator between several filled `from` fields. */
    join: z.optional(z.string()),
    date: z.optional(z.enum(dateFormats)),
    /** The zone of times that come without an offset. */
    datetime: z.optional(z.strictObject({ timeZone })),
    custom: z.optional(z.enum(customTransformNames)),
  })
  .check(
    z.refine((settings) => Object.values(settings).filter((value) => value !== undefined).length === 1, {
      error: 'must name exactly one transform',
      when: ({ issues }) => issues.length === 0,
    }),
  );

/** Transforms that say nothing without their setting. */
const examples = new Map([
  ['picklist', '{ picklist: { small: Small Business } }'],
  ['join', '{ join: " " }'],
  ['custom', `{ custom: ${customTransformNames[0]} }`],
]);

/** A transform: its name, or its name with its one setting. What each does stands in `lib/mapping/transforms`. */
export const transform = z.union([
  z.enum(plainTransforms, {
    error: ({ input }) => {
      if (typeof input !== 'string') return undefined;
      const meant = nearestName(input, [...plainTransforms, ...examples.keys()]);
      const example = meant === undefined ? undefined : examples.get(meant);
      return example === undefined ? undefined : `needs its setting, for example ${example}`;
    },
  }),
  transformSettings,
]);
export type Transform = z.infer<typeof transform>;
