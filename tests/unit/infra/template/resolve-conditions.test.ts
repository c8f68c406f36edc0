import { describe, expect, test } from '@jest/globals';
import { resolveConditions } from '../../../../infra/tools/resolve-conditions.ts';

const template = {
  Parameters: { Key: { Type: 'String', Default: '' } },
  Conditions: { HasKey: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Key' }, ''] }] } },
  Resources: {
    Table: {
      Properties: {
        Encryption: { 'Fn::If': ['HasKey', { Key: { Ref: 'Key' } }, { Ref: 'AWS::NoValue' }] },
        Statements: [{ Ref: 'Other' }, { 'Fn::If': ['HasKey', 'with', { Ref: 'AWS::NoValue' }] }],
      },
    },
  },
};
const propertiesWith = (key: string) => JSON.parse(JSON.stringify(resolveConditions(template, { Key: key }))).Resources;

describe('a template under given parameters', () => {
  test('takes the branch of the condition and puts the parameter in', () => {
    expect(propertiesWith('k').Table.Properties).toEqual({
      Encryption: { Key: 'k' },
      Statements: [{ Ref: 'Other' }, 'with'],
    });
  });

  test('loses what has no value, in objects and in lists', () => {
    expect(propertiesWith('').Table.Properties).toEqual({ Statements: [{ Ref: 'Other' }] });
  });

  test('a condition it does not understand is an error, not a guess', () => {
    const odd = { ...template, Conditions: { HasKey: { 'Fn::Or': [] } } };
    expect(() => resolveConditions(odd, { Key: '' })).toThrow('not understood');
    expect(() => resolveConditions({ ...template, Conditions: {} }, { Key: '' })).toThrow('not understood');
  });
});
