import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import * as z from 'zod/mini';
import { sdkFolder } from './zoho-sdk.ts';

/** One property of a class, as Zoho's SDK carries it; `keys` are those of a map that is no class of its own. */
type Property = {
  name: string;
  type: string;
  structure_name?: string | undefined;
  sub_type?: { type: string } | undefined;
  values?: unknown[] | undefined;
  keys?: Property[] | undefined;
};
const property: z.ZodMiniType<Property> = z.lazy(() =>
  z.object({
    name: z._default(z.string(), ''), // one class has keys without
    type: z.string(),
    structure_name: z.optional(z.string()),
    sub_type: z.optional(z.object({ type: z.string() })),
    values: z.optional(z.array(z.unknown())),
    keys: z.optional(z.array(property)),
  }),
);
/** A class's properties, or the classes an answer is one of. */
const shape = z.union([
  z.object({ interface: z.literal(true), classes: z.array(z.string()) }),
  z.record(z.string(), property),
]);
type Shape = z.infer<typeof shape>;

const PREFIX = 'core/com/zoho/crm/api/';
/** Fields of a module are data, not shape. */
const OPEN_CLASSES: ReadonlySet<string> = new Set([`${PREFIX}record/record`]);

type Schema = Record<string, unknown>;
const orNull = (...types: string[]): Schema => ({ type: [...types, 'null'] });

const LEAVES: Record<string, Schema> = {
  String: orNull('string'),
  Integer: orNull('integer'),
  Double: orNull('number'),
  Boolean: orNull('boolean'),
  // Ids: the SDK reads digits, as text or as a number.
  Long: { anyOf: [{ type: ['integer', 'null'] }, { type: 'string', pattern: '^\\d+$' }] },
  DateTime: {
    anyOf: [{ type: 'null' }, { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T[\\d:]{8}([+-]\\d{2}:\\d{2}|Z)$' }],
  },
  Date: { anyOf: [{ type: 'null' }, { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' }] },
};

const reference = (className: string): Schema => ({ $ref: `#/definitions/${className.replaceAll('/', '.')}` });

const ofProperty = ({ type, structure_name: structure, sub_type: item, values, keys }: Property): Schema => {
  if (type === 'List') return { type: ['array', 'null'], items: ofItem(structure ?? item?.type) };
  if (structure?.startsWith(PREFIX)) return { if: { type: 'null' }, else: reference(structure) };
  if (type === 'utils/util/choice')
    return values === undefined || values.length === 0 ? {} : { enum: [...new Set([...values, null])] };
  if (type === 'Map' && keys !== undefined) return { ...closed(keys), type: ['object', 'null'] };
  return LEAVES[type] ?? {};
};

const ofItem = (type: string | undefined): Schema =>
  type?.startsWith(PREFIX) ? reference(type) : type === undefined ? {} : (LEAVES[type] ?? {});

const closed = (properties: Property[]): Schema => ({
  type: 'object',
  properties: Object.fromEntries(properties.map((one) => [one.name, ofProperty(one)])),
  additionalProperties: false,
});

const isException = (className: string): boolean => className.endsWith('/api_exception');

const ofShape = (className: string, given: Shape): Schema => {
  if (isInterface(given)) {
    const exception = given.classes.find(isException);
    const others = given.classes.filter((one) => !isException(one));
    const success =
      others.find((one) => /\/(response_wrapper|action_wrapper|success_response)$/.test(one)) ?? others[0];
    // By its status rather than as one of all: what is wrong is then said of the class that was meant.
    return {
      if: { required: ['status'], properties: { status: { const: 'error' } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
      then: exception === undefined ? false : reference(exception),
      else: success === undefined ? false : reference(success),
    };
  }
  const properties = Object.values(given).filter(({ type }) => type !== 'HashMap'); // the SDK's own bookkeeping
  return { ...closed(properties), ...(OPEN_CLASSES.has(className) ? { additionalProperties: true } : {}) };
};

const isInterface = (given: Shape): given is Extract<Shape, { classes: string[] }> =>
  'interface' in given && given.interface === true;

/** Where an answer leaves the published shape: `/data/0/details: additionalProperties maximum_length`. */
export type ShapeCheck = (handler: string, body: unknown) => string[];

/**
 * Zoho's published answer shapes, as the SDK ships them in `json_details.json`, turned into JSON Schema. Nothing is
 * mandatory in them, null stands for any absent value, and further keys are refused.
 */
export const readZohoShapes = (): ShapeCheck => {
  const details = z
    .record(z.string(), shape)
    .parse(JSON.parse(readFileSync(join(sdkFolder, 'dist/config/json_details.json'), 'utf8')));
  const definitions = Object.fromEntries(
    Object.entries(details).map(([name, given]) => [name.replaceAll('/', '.'), ofShape(name, given)]),
  );
  const ajv = new Ajv({ allErrors: true, strict: false });
  ajv.addSchema({ $id: 'zoho', definitions });
  const validators = new Map<string, ValidateFunction>();

  return (handler, body) => {
    const className = `${PREFIX}${handler}`;
    if (details[className] === undefined) throw new Error(`the SDK has no ${handler}`);
    const validate =
      validators.get(handler) ?? ajv.compile({ $ref: `zoho#/definitions/${className.replaceAll('/', '.')}` });
    validators.set(handler, validate);
    if (validate(body)) return [];
    const problems = (validate.errors ?? [])
      .filter(({ keyword }) => keyword !== 'if' && keyword !== 'anyOf')
      .map(({ instancePath, keyword, params }) => {
        const what = 'additionalProperty' in params ? ` ${String(params.additionalProperty)}` : '';
        return `${instancePath.replace(/\/\d+/g, '/*')}: ${keyword}${what}`;
      });
    return [...new Set(problems)].sort();
  };
};
