import type { Form } from '../sources/form.ts';
import type { Source } from '../sources/source.ts';

const ofForm = ({ module, ifExists, onConverted, marker }: Form): string[] => {
  const of = (name: string, operation: string): string => `ZohoCRM.modules.${name.toLowerCase()}.${operation}`;
  const looksUp = ifExists !== 'update' || onConverted !== 'new_lead' || marker !== undefined;
  return [
    ...(looksUp ? ['ZohoCRM.coql.READ', of(module, 'READ')] : []),
    ...(ifExists === 'update' ? [] : [of(module, 'UPDATE')]),
    ...(onConverted === 'new_lead' ? [] : [of('Contacts', 'READ')]),
    ...(onConverted === 'deal_note' ? [of('Notes', 'READ'), of('Notes', 'CREATE')] : []),
    ...(onConverted === 'contact' ? [of('Contacts', 'UPDATE')] : []),
  ];
};

/** What a source's forms ask of Zoho beside adding records to their modules. Without it they connect all the same. */
export const sideScopes = ({ forms }: Source): string[] => [...new Set(Object.values(forms).flatMap(ofForm))];
