/** What a person typed into a money field: nothing, a number (thousands may be grouped by commas), or neither. */
export const readMoney = (typed: string): { status: 'read'; value: number | null } | { status: 'unreadable' } => {
  const text = typed.trim();
  if (text === '') return { status: 'read', value: null };
  if (!/^-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/.test(text)) return { status: 'unreadable' };
  return { status: 'read', value: Number(text.replaceAll(',', '')) };
};
