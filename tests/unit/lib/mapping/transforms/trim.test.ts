import { expect, test } from '@jest/globals';
import { toTrimmed } from '../../../../../lib/mapping/transforms/trim.ts';

test('text keeps everything but the blanks around it', () => {
  expect(toTrimmed(['  Tai  Man \n'])).toEqual({ value: 'Tai  Man' });
});

test('a text field given several times becomes one text', () => {
  expect(toTrimmed(['Solar', 'Wind'])).toEqual({ value: 'Solar, Wind' });
});
