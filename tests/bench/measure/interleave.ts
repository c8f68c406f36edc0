/**
 * Measures every contender once per round, each round beginning with another one, so that what else the machine does
 * meets all of them alike. Values of one round belong together: compare them before taking medians.
 * @returns the values of each contender, by round
 */
export const interleave = async <Name extends string | readonly string[], Value>(
  contenders: readonly Name[],
  rounds: number,
  measure: (contender: Name, round: number) => Promise<Value>,
): Promise<Map<Name, Value[]>> => {
  const values = new Map<Name, Value[]>(contenders.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % contenders.length;
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)])
      values.get(contender)?.push(await measure(contender, round));
  }
  return values;
};
