import type { Form } from './form.ts';
import { durationMs } from './names.ts';
import type { Source } from './source.ts';

const DEFAULT = '2s';

/** How long a form's submissions wait for company: the form's own word, else the source's economy, else 2 s. */
export const gatherMsOf = ({ economy }: Pick<Source, 'economy'>, { gather }: Pick<Form, 'gather'>): number =>
  durationMs(gather ?? economy ?? DEFAULT);
