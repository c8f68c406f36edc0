/** Criteria joined by and/or, as queries and searches have them. */
export type Expression<Criterion> =
  | { kind: 'criterion'; criterion: Criterion }
  | { kind: 'and' | 'or'; left: Expression<Criterion>; right: Expression<Criterion> };

export const criteriaOf = <Criterion>(expression: Expression<Criterion>): Criterion[] =>
  expression.kind === 'criterion'
    ? [expression.criterion]
    : [...criteriaOf(expression.left), ...criteriaOf(expression.right)];

/** The expression as one test, made of the tests of its criteria. */
export const testOf = <Criterion, Tested>(
  expression: Expression<Criterion>,
  test: (criterion: Criterion) => (tested: Tested) => boolean,
): ((tested: Tested) => boolean) => {
  if (expression.kind === 'criterion') return test(expression.criterion);
  const left = testOf(expression.left, test);
  const right = testOf(expression.right, test);
  return expression.kind === 'and'
    ? (tested) => left(tested) && right(tested)
    : (tested) => left(tested) || right(tested);
};
