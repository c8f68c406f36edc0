/** ISO 4217 currencies whose minor unit has not two decimals. `Intl` would answer from CLDR, which differs for several. */
const EXCEPTIONS: ReadonlyMap<string, number> = new Map([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'UYI',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF',
  ].map((code) => [code, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3] as const),
  ...['CLF', 'UYW'].map((code) => [code, 4] as const),
]);

/** Decimals of a currency's smallest unit: 2 for USD, 0 for JPY, 3 for KWD. */
export const minorUnitOf = (currency: string): number => EXCEPTIONS.get(currency) ?? 2;
