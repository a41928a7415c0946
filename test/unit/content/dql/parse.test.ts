import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DqlSyntaxError, fieldTerms, parseDql, quoteDql, type DqlNode } from '../../../../src/content/dql/dql.ts';

/** The tree in few characters: (and f=v f~"phrase" (not f>3)). */
function show(node: DqlNode): string {
  switch (node.type) {
    case 'all':
      return 'all';
    case 'and':
    case 'or':
      return `(${node.type} ${node.children.map(show).join(' ')})`;
    case 'not':
      return `(not ${show(node.child)})`;
    case 'nested':
      return `(nested ${showTerm(node.path)} ${show(node.child)})`;
    case 'is':
      return `${node.field === undefined ? '' : showTerm(node.field)}=${showTerm(node.value)}`;
    case 'range':
      return `${showTerm(node.field)} ${node.operator} ${showTerm(node.value)}`;
  }
}
type Is = Extract<DqlNode, { type: 'is' }>;
function showTerm(term: Is['value']): string {
  if (term.kind === 'wildcard') return `<${term.parts.join('|')}>`;
  return term.quoted ? JSON.stringify(term.value) : `${typeof term.value === 'string' ? '' : '#'}${term.value}`;
}

function reasonOf(text: string): string {
  try {
    return `parsed: ${show(parseDql(text))}`;
  } catch (error) {
    if (error instanceof DqlSyntaxError) return `${error.offset}: ${error.reason}`;
    throw error;
  }
}

describe('parseDql', () => {
  test.each([
    ['', 'all'],
    [' \t\r\n', 'all'],
    ['a', '=a'],
    ['  a b  c ', '=a b  c'],
    ['f:v', 'f=v'],
    ['f : v w', 'f=v w'],
    ['f:v and g:w', '(and f=v g=w)'],
    ['f:v AnD g:w Or h:x', '(or (and f=v g=w) h=x)'],
    ['a or b and c or d', '(or =a (and =b =c) =d)'],
    ['(a or b) and c', '(and (or =a =b) =c)'],
    ['not a', '(not =a)'],
    ['NOT (a or b)', '(not (or =a =b))'],
    ['a and not b', '(and =a (not =b))'],
    ['f:(a or b and not c)', '(or f=a (and f=b (not f=c)))'],
    ['f:(a)', 'f=a'],
    ['f: ( "a b"  or c* )', '(or f="a b" f=<c|>)'],
    ['f:((a or b) and not (c or d))', '(and (or f=a f=b) (not (or f=c f=d)))'],
    ['f < 1', 'f lt #1'],
    ['f<=1', 'f lte #1'],
    ['f>"a"', 'f gt "a"'],
    ['f >= now-1d', 'f gte now-1d'],
    ['n:{a:1 and b:{c:2}}', '(nested n (and a=#1 (nested b c=#2)))'],
    ['n : { a : 1 }', '(nested n a=#1)'],
    ['*:*', '<|>=<|>'],
    ['a*b*:c', '<a|b|>=c'],
    ['f:*x y* ', 'f=<|x y|>'],
    ['f:\\*', 'f=*'],
    ['f:\\**', 'f=<*|>'],
    ['f\\:g:h\\"i', 'f:g=h"i'],
    ['f:a\\\\b', 'f=a\\b'],
    ['f:\\{\\}\\(\\)\\<\\>', 'f={}()<>'],
    ['f:a\\tb', 'f=a\tb'],
    ['"f g": v', '"f g"=v'],
    ['f:"a\\"b\\\\c\\d\\te"', 'f="a\\"b\\\\c\\\\d\\te"'],
    ['f:and', 'f=and'],
    ['f: a \\and b', 'f=a and b'],
    ['f: \\or', 'f=or'],
    ['f: \\not x', 'f=ot x'],
    ['android', '=android'],
    ['f:null or f:true or f:false', '(or f=#null f=#true f=#false)'],
    ['f:"null"', 'f="null"'],
    ['f:True', 'f=True'],
    ['f: [1 TO 3]', 'f=[1 TO 3]'],
    ['a && b || !c', '=a && b || !c'],
    ['arn/x-y~z?', '=arn/x-y~z?'],
    ['ünïcødé:日本 😀', 'ünïcødé=日本 😀'],
  ])('reads %j', (text, tree) => {
    expect(show(parseDql(text))).toBe(tree);
  });

  test.each(['-4', '0', '0.0', '.3', '.36', '2.0', '790.9', '0.0001', '-0.5', '123456789012'])(
    'takes %s for a number',
    (text) => {
      expect(show(parseDql(`f:${text}`))).toBe(`f=#${Number(text)}`);
    },
  );

  test('takes a zero, any character and a zero for a number, as OpenSearch Dashboards does', () => {
    expect(['f:0x0', 'f:0e0', 'f:000', 'f:0-0', 'f:0-1'].map((text) => show(parseDql(text)))).toEqual([
      'f=#0',
      'f=#0',
      'f=#0',
      'f=#NaN',
      'f=0-1',
    ]);
  });

  test.each(['007', '00.2', '0.0.1', '3.', '--4', '-.4', '-0', '1e3', '..4', '.', '-', '1_000', '+1', '0x1F'])(
    'leaves %s a text',
    (text) => {
      expect(show(parseDql(`f:${text}`))).toBe(`f=${text}`);
    },
  );

  test.each([
    ['response:', '9: Expected "(", "{", value, whitespace but end of input found.'],
    ['response:200 or ', '16: Expected "(", NOT, field name, value but end of input found.'],
    ['response:(200 or )', '17: Expected "(", NOT, value but ")" found.'],
    ['response:200 and not ', '21: Expected "(", field name, value but end of input found.'],
    ['response:(200 and not )', '22: Expected "(", value but ")" found.'],
    ['foo:"ba ', '4: Expected "(", "{", value, whitespace but """ found.'],
    ['foo:"ba "r"', '9: Expected AND, OR, end of input, whitespace but "r" found.'],
    ['foo:ba:r', '6: Expected AND, OR, end of input, whitespace but ":" found.'],
    ['foo > ', '6: Expected literal, whitespace but end of input found.'],
    ['< 1000', '0: Expected "(", NOT, end of input, field name, value, whitespace but "<" found.'],
    ['(a or b', '7: Expected ")", ":", "<", "<=", ">", ">=", AND, OR, whitespace but end of input found.'],
    ['a)', '1: Expected ":", "<", "<=", ">", ">=", AND, OR, end of input, whitespace but ")" found.'],
    ['n:{a:1', '6: Expected "}", AND, OR, whitespace but end of input found.'],
    ['f:a\\u0041', '3: Expected AND, OR, end of input, whitespace but "\\" found.'],
    ['f: cannot stay', '6: Expected AND, OR, end of input, whitespace but "n" found.'],
    ['not not a', '4: Expected "(", field name, value but "n" found.'],
  ])('says why %j does not parse, and where', (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test('shows the text and a caret under the place', () => {
    expect(() => parseDql('foo:ba:r')).toThrow('but ":" found.\nfoo:ba:r\n------^');
  });

  test('refuses leading wildcards where the setting forbids them, but not a lone star', () => {
    const options = { allowLeadingWildcards: false };
    expect(() => parseDql('f: *x', options)).toThrow('Leading wildcards are disabled');
    expect(show(parseDql('f:* and g:x*', options))).toBe('(and f=<|> g=<x|>)');
  });

  test('gives each clause its place in the text', () => {
    const node = parseDql('a:1 and not  b: "x"');
    expect(node).toMatchObject({
      start: 0,
      end: 19,
      children: [
        { start: 0, end: 3 },
        { start: 8, end: 19 },
      ],
    });
    expect(fieldTerms(node).map(({ name, term }) => [name, term.start, term.end])).toEqual([
      ['a', 0, 1],
      ['b', 13, 14],
    ]);
  });

  test('names fields in groups by their full path', () => {
    const fields = fieldTerms(parseDql('n:{c:1 or d*>2} or (e:(1 or 2) and not f:3) or bare'));
    expect(fields.map(({ name }) => name)).toEqual(['n.c', 'n.d*', 'e', 'e', 'f']);
  });

  test('any text parses or gives an error with a place in it', () => {
    const piece = fc.constantFrom(
      ' ',
      '(',
      ')',
      '{',
      '}',
      ':',
      '"',
      '\\',
      '*',
      '<',
      '>=',
      ' and ',
      ' OR ',
      'not ',
      'f:',
      'x',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (input) => {
        try {
          parseDql(input);
        } catch (error) {
          if (!(error instanceof DqlSyntaxError)) throw error;
          expect(error.offset).toBeGreaterThanOrEqual(0);
          expect(error.offset).toBeLessThanOrEqual(input.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('a quoted value comes back as it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(parseDql(`f: ${quoteDql(value)}`)).toMatchObject({ type: 'is', value: { value, quoted: true } });
      }),
    );
  });

  test.each([
    ['brackets', '('.repeat(200_000)],
    ['nested groups', 'a:{'.repeat(100_000)],
    ['negations', 'not '.repeat(100_000)],
    ['white space', `a${' '.repeat(200_000)}b and`],
    ['terms', Array.from({ length: 20_000 }, (_, i) => `f:${i}`).join(' or ')],
    ['letters', 'n'.repeat(300_000)],
    ['stars', `f:${'*'.repeat(100_000)}`],
    ['open lists', 'f:('.repeat(50_000)],
  ])('comes to an end with very many %s', (_, text) => {
    expect(reasonOf(text)).toMatch(/^(parsed|\d+): /);
  });
});
