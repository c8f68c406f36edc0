import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { minorUnitOf } from '../../../../lib/events/currency-minor-unit.ts';
import { convertAmount, parseAmount } from '../../../../lib/events/money.ts';
import { type AmountFormat, amountFormats } from '../../../../lib/sources/webhook-settings.ts';

const NBSP = '\u00a0';
const NARROW = '\u202f';

describe('an amount in the declared format', () => {
  test.each<[string, AmountFormat, string]>([
    ['1000', '1,234.50', '1000'],
    ['1,234.50', '1,234.50', '1234.50'],
    ['HK$ 1,000.00', '1,234.50', '1000.00'],
    [`HK$${NBSP}1,000.00`, '1,234.50', '1000.00'],
    ['HK$1,000.00', '1,234.50', '1000.00'],
    ['US$1,000', '1,234.50', '1000'],
    ['USD 1,000.5', '1,234.50', '1000.5'],
    ['1,000.00 HKD', '1,234.50', '1000.00'],
    ['1.234,50', '1.234,50', '1234.50'],
    ['1.234,50 €', '1.234,50', '1234.50'],
    ['€1.234.567,5', '1.234,50', '1234567.5'],
    ['1.000', '1.234,50', '1000'],
    ['1.000 kr.', '1.234,50', '1000'],
    ['Rs.1.000', '1.234,50', '1000'],
    ['1 234,50', '1 234,50', '1234.50'],
    [`1${NARROW}234${NARROW}567,50${NBSP}€`, '1 234,50', '1234567.50'],
    ['1234.50', '1234.50', '1234.50'],
    ['¥1000円', '1234.50', '1000'],
    ['Rs. 1,00,000.00', '1,234.50', '100000.00'],
    ['+5', '1234.50', '5'],
    ['007.10', '1234.50', '7.10'],
    ['\u200e1,000\u200f', '1,234.50', '1000'],
    ['0', '1,234.50', '0'],
    ['0.00', '1,234.50', '0.00'],
    ['1.234', '1,234.50', '1.234'],
    ['99999999999999999999.999999999', '1234.50', '99999999999999999999.999999999'],
  ])('%j as %s is %s', (text, format, value) => {
    expect(parseAmount(text, format)).toEqual({ status: 'amount', value });
  });

  test.each<[string, AmountFormat, string]>([
    ['1,5', '1,234.50', 'wrong_format'],
    ['1,234,50', '1,234.50', 'wrong_format'],
    ['1.234,50', '1,234.50', 'wrong_format'],
    ['1,234.50', '1.234,50', 'wrong_format'],
    ['1.234.56', '1.234,50', 'wrong_format'],
    ['1,000', '1234.50', 'wrong_format'],
    ['1 000', '1,234.50', 'wrong_format'],
    ['1,234 567', '1 234,50', 'wrong_format'],
    ['5.', '1234.50', 'wrong_format'],
    ['.5', '1234.50', 'wrong_format'],
    ['1e3', '1234.50', 'not_a_number'],
    ['1E3', '1234.50', 'not_a_number'],
    ['0x10', '1234.50', 'not_a_number'],
    ['1000 - 2000', '1,234.50', 'not_a_number'],
    ['about 1000', '1,234.50', 'unknown_unit'],
    ['to be agreed', '1,234.50', 'not_a_number'],
    ['HK$', '1,234.50', 'not_a_number'],
    ['\uff11\uff10\uff10', '1,234.50', 'not_a_number'],
    ['Infinity', '1,234.50', 'not_a_number'],
    ['min 5', '1,234.50', 'unknown_unit'],
    ['e5', '1,234.50', 'unknown_unit'],
    ['1k', '1,234.50', 'unknown_unit'],
    ['1.5M', '1,234.50', 'unknown_unit'],
    ['5 lakh', '1,234.50', 'unknown_unit'],
    ['10k$', '1,234.50', 'unknown_unit'],
    ['50%', '1,234.50', 'unknown_unit'],
    ['-5', '1,234.50', 'negative'],
    ['\u22125', '1,234.50', 'negative'],
    ['5-', '1,234.50', 'negative'],
    ['HK$ -5.00', '1,234.50', 'negative'],
    ['-HK$ 5.00', '1,234.50', 'negative'],
    ['(HK$ 5.00)', '1,234.50', 'negative'],
    ['100000000000000000000', '1234.50', 'too_many_digits'],
    ['1.0123456789', '1234.50', 'too_many_digits'],
  ])('%j as %s is refused: %s', (text, format, problem) => {
    expect(parseAmount(text, format)).toEqual({ status: 'refused', problem });
  });

  test('a dot behind letters and right before digits is refused when it could be the decimal mark', () => {
    expect(parseAmount('Rs.50', '1,234.50').status).toBe('refused');
    expect(parseAmount('Rs.50.00', '1,234.50')).toEqual({ status: 'amount', value: '50.00' });
  });

  const grouped: Record<AmountFormat, [group: string, decimal: string]> = {
    '1,234.50': [',', '.'],
    '1.234,50': ['.', ','],
    '1 234,50': [NBSP, ','],
    '1234.50': ['', '.'],
  };
  const inThrees = (digits: string, group: string): string => digits.replace(/\B(?=(\d{3})+$)/g, group);
  const currency = fc.constantFrom('', 'HK$ ', '$', '€', 'USD ', `CHF${NBSP}`);

  test('every number written in a format is read back exactly in that format', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...amountFormats),
        fc.bigInt({ min: 0n, max: 10n ** 20n - 1n }),
        fc.stringMatching(/^\d{0,9}$/),
        currency,
        fc.boolean(),
        (format, integer, decimals, sign, isGrouped) => {
          const [group, mark] = grouped[format];
          const whole = isGrouped ? inThrees(String(integer), group) : String(integer);
          const text = `${sign}${whole}${decimals === '' ? '' : mark + decimals}`;
          const value = `${integer}${decimals === '' ? '' : `.${decimals}`}`;
          expect(parseAmount(text, format)).toEqual({ status: 'amount', value });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('whatever comes, an amount that is taken has the digits that were written, in their order', () => {
    const noise = fc.array(
      fc.constantFrom('1', '2', '0', '9', ',', '.', ' ', '-', '(', ')', '$', 'k', 'e', 'USD', '%', "'", NBSP),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(noise, fc.constantFrom(...amountFormats), (parts, format) => {
        const text = parts.join('');
        const read = parseAmount(text, format);
        if (read.status === 'refused') return;
        expect(read.value).toMatch(/^(0|[1-9]\d{0,19})(\.\d{1,9})?$/);
        const written = text.replace(/\D/g, '').replace(/^0+/, '');
        expect(read.value.replace('.', '').replace(/^0+/, '')).toBe(written);
        expect(text).not.toMatch(/[-(%']|\d\s*[ke]/);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('amount × rate', () => {
  /** The same sum in whole numbers: half up at the last digit that is kept. */
  const exactly = (value: string, rate: string, digits: number): string => {
    const scaled = (text: string): [bigint, number] => {
      const [whole = '', decimals = ''] = text.split('.');
      return [BigInt(whole + decimals), decimals.length];
    };
    const [a, aScale] = scaled(value);
    const [b, bScale] = scaled(rate);
    const unit = 10n ** BigInt(aScale + bScale);
    const rounded = (2n * a * b * 10n ** BigInt(digits) + unit) / (2n * unit);
    const text = String(rounded).padStart(digits + 1, '0');
    return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  };
  const decimal = (integerDigits: number, decimals: number) =>
    fc
      .tuple(
        fc.bigInt({ min: 0n, max: 10n ** BigInt(integerDigits) - 1n }),
        fc.stringMatching(new RegExp(`^\\d{0,${decimals}}$`)),
      )
      .map(([whole, rest]) => `${whole}${rest === '' ? '' : `.${rest}`}`);

  test('is what whole-number arithmetic gives, rounded half up once', () => {
    fc.assert(
      fc.property(
        decimal(12, 9),
        decimal(7, 12),
        fc.constantFrom('USD', 'JPY', 'KWD', 'CLF'),
        (value, rate, currency) => {
          expect(convertAmount(value, rate, currency)).toEqual({
            status: 'amount',
            value: exactly(value, rate, minorUnitOf(currency)),
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['1000', '0.1282', 'USD', '128.20'],
    ['0.125', '1', 'USD', '0.13'],
    ['0.124999999', '1', 'USD', '0.12'],
    ['1.005', '1', 'USD', '1.01'],
    ['0.5', '1', 'JPY', '1'],
    ['1.0005', '1', 'KWD', '1.001'],
    ['0', '0.1282', 'USD', '0.00'],
  ])('%s × %s in %s is %s', (value, rate, currency, converted) => {
    expect(convertAmount(value, rate, currency)).toEqual({ status: 'amount', value: converted });
  });

  test('a product of more than 20 integer digits is refused', () => {
    expect(convertAmount('99999999999999999999', '10', 'USD')).toEqual({
      status: 'refused',
      problem: 'too_many_digits',
    });
    expect(convertAmount('99999999999999999999.995', '1', 'USD')).toEqual({
      status: 'refused',
      problem: 'too_many_digits',
    });
  });
});
