import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToAttr } from '@aws-sdk/util-dynamodb';
import type { Change, Condition, Value } from './table.ts';

/** Collects placeholders while expressions are written, so that no attribute name can clash with a reserved word. */
export const createExpression = () => {
  const names = new Map<string, string>();
  const values: Record<string, AttributeValue> = {};

  const name = (attribute: string): string => {
    const known = names.get(attribute);
    if (known !== undefined) return known;
    const placeholder = `#n${names.size}`;
    names.set(attribute, placeholder);
    return placeholder;
  };
  const value = (content: Value): string => {
    const placeholder = `:v${Object.keys(values).length}`;
    values[placeholder] = convertToAttr(content, { removeUndefinedValues: true });
    return placeholder;
  };

  /** DynamoDB refuses redundant parentheses, so one part alone gets none. */
  const group = (parts: Condition[], operator: string): string => {
    const [only, ...more] = parts.map(condition);
    return more.length === 0 ? (only ?? '') : `(${[only, ...more].join(operator)})`;
  };

  const condition = (of: Condition): string => {
    if ('anyOf' in of) return group(of.anyOf, ' OR ');
    if ('allOf' in of) return group(of.allOf, ' AND ');
    if ('exists' in of) return `${of.exists ? 'attribute_exists' : 'attribute_not_exists'}(${name(of.attribute)})`;
    if ('equals' in of) return `${name(of.attribute)} = ${value(of.equals)}`;
    return 'below' in of ? `${name(of.attribute)} < ${value(of.below)}` : `${name(of.attribute)} > ${value(of.above)}`;
  };

  const update = ({ set = {}, add = {}, remove = [] }: Change): string => {
    const sets = Object.entries(set).flatMap(([attribute, content]) =>
      content === undefined ? [] : [`${name(attribute)} = ${value(content)}`],
    );
    const adds = Object.entries(add).map(([attribute, by]) => `${name(attribute)} ${value(by)}`);
    const removes = remove.map(name);
    return [
      sets.length > 0 ? `SET ${sets.join(', ')}` : '',
      adds.length > 0 ? `ADD ${adds.join(', ')}` : '',
      removes.length > 0 ? `REMOVE ${removes.join(', ')}` : '',
    ]
      .filter((clause) => clause !== '')
      .join(' ');
  };

  /** What the SDK's input takes beside the expressions; empty maps are refused by DynamoDB, so they are left out. */
  const placeholders = (): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, AttributeValue>;
  } => ({
    ...(names.size > 0
      ? {
          ExpressionAttributeNames: Object.fromEntries(
            [...names].map(([attribute, placeholder]) => [placeholder, attribute]),
          ),
        }
      : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
  });

  return { name, value, condition, update, placeholders };
};
