import { decimalText } from '../crm/check-value.ts';

/** Symbol, group mark and decimal mark of each way to write a thousand; undefined: digits as they are. */
const MARKS = {
  '1000': undefined,
  '1,000.00': ['', ',', '.'],
  'HK$ 1,000.00': ['HK$ ', ',', '.'], // the org's currency symbol
  '1.000,00': ['', '.', ','],
  '1 000,00': ['', ' ', ','],
} as const;

export type MoneyFormat = keyof typeof MARKS;
/** Zoho says nowhere how its webhooks write money: the first three were seen, the others are what further locales show. */
export const moneyFormats = [
  '1000',
  '1,000.00',
  'HK$ 1,000.00',
  '1.000,00',
  '1 000,00',
] as const satisfies MoneyFormat[];

/** Writes an amount as the format writes its thousand. Two decimals at least; further ones stay, so that none is lost. */
export const writeMoney = (value: number, format: MoneyFormat): string => {
  const marks = MARKS[format];
  const digits = decimalText(value);
  if (marks === undefined) return digits;
  const [symbol, group, decimal] = marks;
  const [, sign = '', whole = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(digits) ?? [];
  return `${symbol}${sign}${whole.replace(/\B(?=(?:\d{3})+$)/g, group)}${decimal}${decimals.padEnd(2, '0')}`;
};
