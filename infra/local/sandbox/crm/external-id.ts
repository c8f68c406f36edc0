import type { IncomingHttpHeaders } from 'node:http';
import type { SandboxAnswer } from '../answer.ts';
import { badRequest, type ErrorItem, invalidData } from './errors.ts';
import type { Field } from './field.ts';
import type { Module } from './modules.ts';
import type { CrmRecord, RecordStore } from './record-store.ts';

/**
 * `X-EXTERNAL: Leads.External_Key`: records are named by that field's value instead of their id. The header may name
 * fields of other modules too, for lookups; undefined when none is this module's.
 */
export const readExternalField = (
  headers: IncomingHttpHeaders,
  module: Module,
): { status: 'read'; field: Field | undefined } | { status: 'refused'; answer: SandboxAnswer } => {
  const header = String(headers['x-external'] ?? '');
  const names = header.split(',').map((name) => name.trim());
  const own = names.find((name) => name.startsWith(`${module.name}.`));
  if (own === undefined) return { status: 'read', field: undefined };
  const field = module.fieldsByName.get(own.slice(module.name.length + 1));
  return field?.external
    ? { status: 'read', field }
    : { status: 'refused', answer: badRequest(invalidData({ header_name: 'X-EXTERNAL' })) };
};

/** The record a path names by its external value; undefined when there is none. */
export const recordAt = (store: RecordStore, field: Field, segment: string): CrmRecord | undefined => {
  try {
    return store.find(field.apiName, decodeURIComponent(segment));
  } catch {
    return undefined; // no text in any encoding
  }
};

export const invalidExternalValue = (details: Record<string, unknown>): ErrorItem =>
  invalidData(details, 'The value of the external field is invalid.');
