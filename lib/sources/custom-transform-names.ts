/**
 * The clients' own transforms, by name. The functions stand in `lib/mapping/transforms/custom.ts`; the compiler holds
 * both lists to each other, so that a source file cannot name one that does not exist.
 */
export const customTransformNames = ['given_names', 'family_name'] as const;
export type CustomTransformName = (typeof customTransformNames)[number];
