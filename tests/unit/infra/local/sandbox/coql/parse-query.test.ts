import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseQuery } from '../../../../../../infra/local/sandbox/crm/coql/parse-query.ts';

const parsed = (text: string) => {
  const outcome = parseQuery(text);
  if (outcome.status === 'wrong') throw new Error(JSON.stringify(outcome.problem));
  return outcome.query;
};
const problem = (text: string) => {
  const outcome = parseQuery(text);
  return outcome.status === 'wrong' ? outcome.problem : undefined;
};
const criterion = (text: string) => {
  const { where } = parsed(`select id from Leads where ${text}`);
  return where.kind === 'criterion' ? where.criterion : undefined;
};

describe('a query', () => {
  test('names columns, module, condition, order and range', () => {
    expect(
      parsed(
        "select id, Email, Lead_Status, Modified_Time from Leads where Email = 'a@b.com' order by Modified_Time desc, id limit 0, 200",
      ),
    ).toEqual({
      columns: ['id', 'Email', 'Lead_Status', 'Modified_Time'].map((name) => ({ name, alias: undefined })),
      moduleName: 'Leads',
      where: { kind: 'criterion', criterion: { column: 'Email', operator: '=', values: ['a@b.com'] } },
      orderBy: [
        { column: 'Modified_Time', descending: true },
        { column: 'id', descending: false },
      ],
      offset: '0',
      limit: '200',
    });
  });

  test.each<[string, { offset: string; limit: string }]>([
    ['', { offset: '0', limit: '200' }],
    ['limit 10', { offset: '0', limit: '10' }],
    ['limit 20, 10', { offset: '20', limit: '10' }],
    ['LIMIT 10 OFFSET 20', { offset: '20', limit: '10' }],
    ['offset 20', { offset: '20', limit: '200' }],
  ])('with range %j', (range, expected) => {
    expect(parsed(`select id from Leads where id is not null ${range}`)).toMatchObject(expected);
  });

  test('takes keywords in any case, and columns that are keywords in quotation marks', () => {
    expect(
      parsed('SELECT \'Limit\', "Order" FROM Leads WHERE Email LIKE "a%" AND Last_Name IS NOT NULL ORDER BY id ASC'),
    ).toMatchObject({ columns: [{ name: 'Limit' }, { name: 'Order' }], where: { kind: 'and' } });
  });

  test.each([
    ["Email != 'a'", '!=', ['a']],
    ['Annual_Revenue >= 1000.5', '>=', ['1000.5']],
    ["Email in ('a', 'b')", 'in', ['a', 'b']],
    ["Email not in ('a')", 'not in', ['a']],
    ["Email like '%@b.com'", 'like', ['%@b.com']],
    ["Email not like 'a%'", 'not like', ['a%']],
    ['No_of_Employees between 1 and 5', 'between', ['1', '5']],
    ['No_of_Employees not between 1 and 5', 'not between', ['1', '5']],
    ['Email is null', 'is null', []],
    ['Email is not null', 'is not null', []],
    ['Lead_Source = Advertisement', '=', ['Advertisement']],
    ['Converted__s = true', '=', ['true']],
    ["Last_Name='O''Neill'", '=', ["O'Neill"]],
    ['Company = "the ""big"" one"', '=', ['the "big" one']],
    ["Company = 'back\\slash'", '=', ['back\\slash']],
    ["Company = ''", '=', ['']],
    ["Company = ' (a) and, or '", '=', [' (a) and, or ']],
    ['id = 5725767000000524157', '=', ['5725767000000524157']],
  ])('reads %s', (text, operator, values) => expect(criterion(text)).toMatchObject({ operator, values }));

  test('groups criteria in pairs', () => {
    expect(parsed("select id from Leads where ((a = 1 and b = 2) or (c = 3 and d in ('x'))) ").where).toMatchObject({
      kind: 'or',
      left: { kind: 'and' },
      right: { kind: 'and' },
    });
    expect(parsed('select id from Leads where (a = 1)').where).toMatchObject({ kind: 'criterion' });
    expect(problem('select id from Leads where a = 1 and b = 2 and c = 3')).toMatchObject({ details: { near: 'and' } });
  });
});

describe('no query', () => {
  const near = (text: string) => ({ details: { near: text }, message: 'error occured while parsing the query' });
  test.each([
    ['', { details: { clause: 'select' }, message: 'missing clause' }],
    ['update Leads', { details: { clause: 'select' }, message: 'missing clause' }],
    ['select id', { details: { clause: 'from' }, message: 'missing clause' }],
    ['select id from Leads', { details: { clause: 'where' }, message: 'missing clause' }],
    ['select id from Leads limit 5', { details: { clause: 'where' }, message: 'missing clause' }],
    ['select id from Leads order by id', { details: { clause: 'where' }, message: 'missing clause' }],
    ['select from Leads where id is not null', near('from')],
    ['select id Email from Leads where id is not null', near('Email')],
    ['select id, from Leads where id is not null', near('from')],
    ['select id from Leads where', near('')],
    ['select id from Leads where id', near('')],
    ['select id from Leads where id =', near('')],
    ["select id from Leads where Email = 'a", near("'a")],
    ["select id from Leads where Email = 'O'Neill'", near("'")],
    ['select id from Leads where (id = 1', near('')],
    ['select id from Leads where id = 1)', near(')')],
    ['select id from Leads where id is 5', near('5')],
    ['select id from Leads where id between 1 or 2', near('or')],
    ['select id from Leads where id in 1', near('1')],
    ['select id from Leads where id = 1 order id', near('id')],
    ['select id from Leads where id = 1; drop', near('drop')],
    ['select id from Leads where id <> 1', near('>')],
    ['select id from Leads where id ! 1', near('! 1')],
    ['select id from Leads where id not 5', { details: { operator: 'not' }, message: 'operator not supported' }],
    [
      'select id from Leads where id contains 5',
      { details: { operator: 'contains' }, message: 'operator not supported' },
    ],
    ['select count(id) from Leads where id = 1', { details: {}, message: 'given coql query not supported' }],
    ['select id from Leads where id = 1 group by id', { details: {}, message: 'given coql query not supported' }],
    [
      'select id from Leads where id in (select id from Deals where id = 1)',
      { details: {}, message: 'given coql query not supported' },
    ],
  ])('%j is refused with its reason', (text, expected) => expect(problem(text)).toEqual(expected));

  test('is a row of parentheses without end', () => {
    expect(problem(`select id from Leads where ${'('.repeat(200_000)}`)).toEqual(near('('));
  });
});

describe('whatever is sent', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...'select from where order by limit offset and or not in like between is null as asc desc group Leads id'.split(
        ' ',
      ),
      ...["'", '"', "''", '(', ')', ',', '=', '!=', '<', '>=', '%', '\\', '\n', '5', "'a'"],
    ),
    fc.string(),
  );

  test('is read or refused, and never ends the sandbox', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(['parsed', 'wrong']).toContain(parseQuery(pieces.join(' ')).status);
        expect(['parsed', 'wrong']).toContain(
          parseQuery(`select id from Leads where Email = 'a' ${pieces.join('')}`).status,
        );
      }),
    );
  });

  test('a text in quotation marks comes out as it went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(criterion(`Email = '${text.replaceAll("'", "''")}'`)?.values).toEqual([text]);
        expect(criterion(`Email in ("${text.replaceAll('"', '""')}", 'b')`)?.values).toEqual([text, 'b']);
      }),
    );
  });
});
