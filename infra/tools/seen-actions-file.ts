import { join, resolve } from 'node:path';

/** What functions were seen asking of AWS in the last whole run of the tests; absent after a partial one. */
export const SEEN_ACTIONS_FILE = join(resolve(import.meta.dirname, '../..'), '.local/seen-actions.json');
