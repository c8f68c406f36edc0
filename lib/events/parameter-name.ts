/** `Lead Status`, `lead-status` and `LEAD_STATUS` are one parameter: `lead_status`. */
export const normaliseName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
