import { workJson } from './list-work.ts';
import type { SubmissionView } from './submission-view.ts';

/** The fields of one line of a list of submissions. */
export const summaryJson = (view: SubmissionView) => {
  const { form, zohoId } = view.item;
  return { ...workJson(view), form, zohoId };
};
