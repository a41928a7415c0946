import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type {
  Content,
  DashboardContent,
  FieldContent,
  PanelContent,
  SavedFilter,
} from '../../../../src/explore/protocol.ts';
import { completed, completionAt, quoteValue, rankFields } from '../../../../src/explore/page/completion.ts';
import { eventsCsv, fileName, tableCsv, toCsv } from '../../../../src/explore/page/csv.ts';
import {
  addFilter,
  chooseValues,
  describe as sayFilter,
  exists,
  isEditable,
  isPinned,
  loaded,
  madeFrom,
  narrowed,
  phrase,
  phrases,
  timeFieldOf,
  toggleDisabled,
  toggleNegated,
  togglePinned,
  valuesOf,
} from '../../../../src/explore/page/filters.ts';
import {
  formatBucketTimes,
  formatCompact,
  formatNumber,
  formatTime,
  columnValue,
  formatValue,
  leaves,
  valuesAt,
} from '../../../../src/explore/page/format.ts';
import { compareCells } from '../../../../src/explore/page/panels/cell.ts';
import { columnRoom, columnShares, cutText, leastRoom, placed } from '../../../../src/explore/page/layout.ts';
import { searchedBy } from '../../../../src/explore/page/searched.ts';
import {
  DEFAULT_VIEW,
  dashboardOf,
  formatPlace,
  homeOf,
  linked,
  opened,
  parsePlace,
  timerMs,
  type Place,
} from '../../../../src/explore/page/view.ts';
import { parseDql } from '../../../../src/content/dql/dql.ts';

/** The value of a query with one condition, as the parser understands it. */
function valueIn(query: string): string | undefined {
  const node = parseDql(query);
  return node.type === 'is' && node.value.kind === 'literal' ? String(node.value.value) : undefined;
}

const fallback: Place = { dashboard: 'first', view: DEFAULT_VIEW, refresh: 0 };

describe('the URL', () => {
  test('reproduces every choice', () => {
    const filter = fc.constantFrom<SavedFilter>(
      phrase('a', 'x&y=#%'),
      togglePinned(phrases('b', ['1', '"'])),
      toggleDisabled(exists('c', true)),
    );
    const place = fc.record({
      dashboard: fc.string({ minLength: 1 }),
      view: fc.record({
        from: fc.constantFrom('now-24h', '2026-11-20T10:00:00.000Z'),
        to: fc.constant('now'),
        query: fc.string(),
        filters: fc.array(filter, { maxLength: 3 }),
      }),
      refresh: fc.nat(),
    });
    fc.assert(fc.property(place, (one) => expect(parsePlace(formatPlace(one), fallback)).toEqual(one)));
  });

  test('that is anything else opens the first dashboard and drops what is no filter', () => {
    fc.assert(fc.property(fc.string(), (hash) => void parsePlace(`#${hash}`, fallback)));
    expect(parsePlace('', fallback)).toEqual(fallback);
    expect(parsePlace('#/view/%?from=now-1h', fallback).dashboard).toBe('%');
    expect(parsePlace('#/view/x?from=now-1h&f=[1,null,{"meta":{}}]', fallback).view.filters).toEqual([{ meta: {} }]);
    expect(parsePlace('#/view/x?f=nonsense', fallback).view.filters).toEqual([]);
  });

  test('of a drill-down of OpenSearch Dashboards carries its query', () => {
    const hash = "#/view/x?_a=(query:(language:kuery,query:'actor.user.uid: \"it!'s\"'))";
    expect(parsePlace(hash, fallback)).toMatchObject({ dashboard: 'x', view: { query: 'actor.user.uid: "it\'s"' } });
  });

  test('of a link in a text is that of its dashboard in the same view, with the query it brings', () => {
    const place = { ...fallback, view: { ...DEFAULT_VIEW, from: 'now-7d', filters: [phrase('a', 'b')] } };
    const leadsTo = (href: string): Place | undefined => {
      const hash = linked(href, place, []);
      return hash === undefined ? undefined : parsePlace(hash, fallback);
    };
    const there = { ...place, dashboard: 'x' };
    expect(['#/view/x', '/app/dashboards#/view/x', 'dashboards#/view/x?_g=()'].map(leadsTo)).toEqual([
      there,
      there,
      there,
    ]);
    expect(leadsTo("#/view/x?_a=(query:(language:kuery,query:'status:%20Failure'))")?.view).toEqual({
      ...place.view,
      query: 'status: Failure',
    });
    expect(leadsTo('#/view/50%')?.dashboard).toBe('50%');
    // Another site has dashboards of its own.
    for (const away of ['https://osd.example.com/app/dashboards#/view/x', '//osd.example.com/#/view/x', '#/list', 'x'])
      expect(leadsTo(away)).toBeUndefined();
  });

  test('says whether there is a refresh, whatever there was before', () => {
    const place = { ...fallback, refresh: 10_000 };
    expect(parsePlace(formatPlace({ ...place, refresh: 0 }), place).refresh).toBe(0);
    expect(parsePlace('#/view/first', place).refresh).toBe(10_000);
  });

  test('that was cut in its filters says so', () => {
    const hash = formatPlace({ ...fallback, view: { ...DEFAULT_VIEW, filters: [phrase('a', 'b')] } });
    expect(parsePlace(hash, fallback).unread).toBeUndefined();
    expect(parsePlace(hash.slice(0, -20), fallback)).toMatchObject({ unread: true, view: { filters: [] } });
    for (const text of ['{}', '[1]', '[{"meta":null}]', ''])
      expect(parsePlace(`#/view/first?f=${encodeURIComponent(text)}`, fallback).unread).toBe(true);
  });

  test('may ask for a refresh later than a timer can be set', () => {
    expect([1, 60_000, 2 ** 31, Infinity].map(timerMs)).toEqual([1000, 60_000, 2 ** 31 - 1, 2 ** 31 - 1]);
  });
});

describe('a dashboard that was saved with a query and filters', () => {
  const saved = (id: string, query: string, filters: SavedFilter[]): DashboardContent => ({
    id,
    title: id,
    description: '',
    query,
    filters,
    panels: [],
  });
  const mine = saved('mine', 'status: Failure', [phrase('a', 'b')]);
  const plain = saved('plain', '', []);
  const all = [mine, plain];

  test('opens with them, and not with those that the link says otherwise', () => {
    expect(parsePlace('', homeOf(mine)).view).toMatchObject({ query: mine.query, filters: mine.filters });
    expect(parsePlace('#/view/mine?q=x&f=[]', homeOf(mine)).view).toMatchObject({ query: 'x', filters: [] });
    // A link of this page says all that was chosen, also that nothing was.
    const cleared = formatPlace({ ...homeOf(mine), view: DEFAULT_VIEW });
    expect(parsePlace(cleared, homeOf(mine)).view).toEqual(DEFAULT_VIEW);
    // The address that explore prints says when the events are, and nothing else.
    expect(parsePlace('#?from=now-7d&to=now-1d', homeOf(mine))).toEqual({
      ...homeOf(mine),
      view: { ...homeOf(mine).view, from: 'now-7d', to: 'now-1d' },
    });
    expect([dashboardOf('#/view/a%20b?q=x'), dashboardOf('#/x'), dashboardOf('')]).toEqual([
      'a b',
      undefined,
      undefined,
    ]);
  });

  test('leaves them behind, and what was chosen goes along', () => {
    const left = opened(homeOf(mine), 'plain', all);
    expect(left).toEqual(homeOf(plain));
    expect(opened(left, 'mine', all)).toEqual(homeOf(mine));
    const typed = { ...homeOf(mine), view: { ...homeOf(mine).view, query: 'x' } };
    expect(opened(typed, 'plain', all).view).toMatchObject({ query: 'x', filters: [] });
    expect(opened(homeOf(mine), 'no such dashboard', all).view).toEqual(DEFAULT_VIEW);
  });

  test('gives way to what another was saved with, whatever was chosen beside it', () => {
    const prod = saved('prod', '', [phrase('account', 'prod')]);
    const dashboards = [mine, prod];
    const clicked = { ...homeOf(mine), view: narrowed(homeOf(mine).view, [phrase('region', 'eu')]) };
    const there = opened(clicked, 'prod', dashboards);
    expect(there.view).toMatchObject({ query: '', filters: [phrase('account', 'prod'), phrase('region', 'eu')] });
    const back = opened(there, 'mine', dashboards);
    expect(back.view).toMatchObject({ query: mine.query, filters: [phrase('a', 'b'), phrase('region', 'eu')] });
    // Pinning, and the other sign, are choices; what both have stands once.
    const { view } = homeOf(mine);
    const pinned = { ...homeOf(mine), view: { ...view, filters: view.filters.map(togglePinned) } };
    expect(opened(pinned, 'prod', dashboards).view.filters).toEqual([...prod.filters, togglePinned(phrase('a', 'b'))]);
    expect(opened({ ...there, dashboard: 'plain' }, 'prod', dashboards).view.filters).toEqual(there.view.filters);
    // The one that is open already is left as it is.
    const cleared = { ...homeOf(mine), view: DEFAULT_VIEW };
    expect(opened(cleared, 'mine', dashboards)).toEqual(cleared);
  });
});

describe('filters', () => {
  test('are said as people read them', () => {
    const range = { meta: { type: 'range', key: 'n', params: { gte: 1, lt: 5, format: 'x' } } };
    expect([phrase('a', 1, true), phrases('b', ['x', 'y']), exists('c'), range].map((one) => sayFilter(one))).toEqual([
      'NOT a: 1',
      'b: x, y',
      'c exists',
      'n: ≥ 1, < 5',
    ]);
    expect(sayFilter({ meta: { alias: 'Mine', negate: true } })).toBe('NOT Mine');
    expect(sayFilter({ meta: {} })).toBe('custom filter: ');
    expect(valuesOf(phrase('a', 'b').meta)).toEqual(['b']);
  });

  test('say times of date fields as all other times are written, and leave numbers and relative times', () => {
    const dates = new Set(['time', 'time_dt']);
    const time = Date.parse('2026-11-30T15:59:19.000Z');
    const clock = formatTime(time);
    expect(sayFilter(phrase('time', time), dates)).toBe(`time: ${clock}`);
    expect(sayFilter(phrase('port', time), dates)).toBe(`port: ${time}`);
    const range = {
      meta: { type: 'range', key: 'time_dt', params: { gte: 'now-2d', lt: '2026-11-30T15:59:19.000Z' } },
    };
    expect(sayFilter(range, dates)).toBe(`time_dt: ≥ now-2d, < ${clock}`);
  });

  test('that are added twice stand once, with the latest sign', () => {
    const twice = addFilter(addFilter([], phrase('a', 'b')), phrase('a', 'b', true));
    expect(twice).toEqual([phrase('a', 'b', true)]);
    expect(addFilter(twice, phrase('a', 'c'))).toHaveLength(2);
    const pinned = addFilter([togglePinned(phrase('a', 'b'))], phrase('a', 'b', true));
    expect(pinned).toEqual([togglePinned(phrase('a', 'b', true))]);
    // What a control chose is the same filter as what a click adds.
    expect(addFilter(chooseValues([], 'a', ['b']), phrase('a', 'b', true))).toEqual([phrase('a', 'b', true)]);
  });

  test('of one click come together: an interval of the time becomes the range, and a filter that is there is not doubled', () => {
    const [start, end] = ['2026-11-21T08:00:00.000Z', '2026-11-21T09:00:00.000Z'];
    const time = { gte: start, lt: end };
    const interval: SavedFilter = { meta: { type: 'range', key: 'time_dt', params: time }, range: { time_dt: time } };
    const clicked = [interval, phrase('status', 'Failure'), phrase('cloud.region', 'us-east-1')];
    const view = { ...DEFAULT_VIEW, filters: [phrase('status', 'Failure')] };
    expect(narrowed(view, clicked, 'time_dt')).toEqual({
      ...view,
      from: start,
      to: end,
      filters: [phrase('status', 'Failure'), phrase('cloud.region', 'us-east-1')],
    });
    // Another date is no time of the events, and neither is all but an interval.
    expect(narrowed(view, [interval]).filters).toEqual([...view.filters, interval]);
    expect(narrowed(view, [toggleNegated(interval)], 'time_dt')).toMatchObject({ from: view.from, to: view.to });
    const column = {
      label: 'Time',
      kind: 'bucket',
      schema: 'segment',
      agg: 'date_histogram',
      field: 'time_dt',
    } as const;
    expect(timeFieldOf({ columns: [column], rows: [], range: [0, 1] })).toBe('time_dt');
    expect(timeFieldOf({ columns: [column], rows: [] })).toBeUndefined();
  });

  test('of a saved query take the place of those before, but for what is pinned; its time range counts where it has one', () => {
    const pinned = togglePinned(phrase('b', 'y'));
    const view = { ...DEFAULT_VIEW, query: 'z', filters: [phrase('a', 'x'), pinned] };
    const saved = { id: '', title: '', description: '', query: 'user: root', filters: [phrase('c', 'prod')] };
    const asks = { query: 'user: root', filters: [pinned, phrase('c', 'prod')] };
    expect(loaded(view, saved)).toEqual({ ...view, ...asks });
    const time = { from: 'now-7d', to: 'now-1d' };
    expect(loaded(view, { ...saved, time })).toEqual({ ...asks, ...time });
  });

  test('that a control chooses replace what it had chosen, still pinned, and no other filter of its field', () => {
    const others = [
      phrase('a', 'x', true),
      toggleDisabled(phrase('a', 'y')),
      togglePinned(phrase('a', 'z', true)),
      exists('a'),
      { meta: { type: 'range', key: 'a', params: { gte: 1 } }, range: { a: { gte: 1 } } },
      phrase('b', 'x'),
    ];
    const before = [...others, phrase('a', '1'), phrases('a', ['2'])];
    expect(chooseValues(before, 'a', ['3', '4'])).toEqual([...others, phrases('a', ['3', '4'])]);
    expect(chooseValues(before, 'a', [])).toEqual(others);
    expect(chooseValues([togglePinned(phrase('a', '1'))], 'a', ['1', '2'])).toEqual([
      togglePinned(phrases('a', ['1', '2'])),
    ]);
  });

  test('are edited only where the editor has words for all that they say, and stay pinned and disabled', () => {
    const range = { meta: { type: 'range', key: 'n', params: { gte: 1 } }, range: { n: { gte: 1 } } };
    const custom = { meta: { type: 'custom', key: 'query' }, query: { query_string: { query: 'x' } } };
    expect([phrase('a', 1), phrases('a', ['x']), exists('a', true)].every(isEditable)).toBe(true);
    expect([range, custom, { meta: {} }].some(isEditable)).toBe(false);
    const before = toggleDisabled(togglePinned(phrase('a', 1)));
    expect(madeFrom(before, phrase('a', 2, true))).toEqual(toggleDisabled(togglePinned(phrase('a', 2, true))));
    expect(madeFrom(toggleDisabled(before), phrase('a', 2))).toEqual(togglePinned(phrase('a', 2)));
  });

  test('toggle back to what they were', () => {
    const one = phrase('a', 'b');
    for (const toggle of [togglePinned, toggleNegated, toggleDisabled]) {
      expect(toggle(one)).not.toEqual(one);
      expect(toggle(toggle(one))).toEqual(one);
    }
    expect(isPinned(togglePinned(one))).toBe(true);
  });
});

describe('values', () => {
  test('are formatted for reading', () => {
    expect([formatNumber(1234.567), formatCompact(1234), formatTime('no date')]).toEqual([
      '1,234.57',
      '1.2K',
      'no date',
    ]);
    const noon = new Date(2026, 10, 21, 12, 3, 4).getTime();
    expect(formatTime(noon)).toBe('2026-11-21 12:03:04');
    expect([86_400_000, 3_600_000, 1000].flatMap((interval) => formatBucketTimes([noon], interval))).toEqual([
      '11-21',
      '11-21 12:03',
      '12:03:04',
    ]);
    expect([null, undefined, ['a', 1], { a: 1 }, false].map(formatValue)).toEqual([
      '–',
      '–',
      'a, 1',
      '{"a":1}',
      'false',
    ]);
  });

  test('are found at their paths, through arrays and dotted keys', () => {
    const event = { a: [{ b: 1 }, { b: [2, 3] }], 'c.d': 4, e: { 'f.g': 5 } };
    expect(['a.b', 'c.d', 'e.f.g', 'a.x', 'constructor'].map((path) => valuesAt(event, path))).toEqual([
      [1, 2, 3],
      [4],
      [5],
      [],
      [],
    ]);
    expect(['a.b', 'c.d', 'a.x', '_source'].map((column) => columnValue(event, column))).toEqual([
      [1, 2, 3],
      4,
      undefined,
      event,
    ]);
    expect(leaves(event)).toEqual([
      ['a.b', [1, 2, 3]],
      ['c.d', 4],
      ['e.f.g', 5],
    ]);
  });

  test('of a column are sorted by what they are: ports by size, "Other" after them, what is missing last', () => {
    const cells = [443, 'Other', 80, null, 8080].map((value) => ({ value }));
    const sorted = (descending: boolean): unknown[] =>
      [...cells].sort((a, b) => compareCells(a, b, descending)).map(({ value }) => value);
    expect(sorted(false)).toEqual([80, 443, 8080, 'Other', null]);
    expect(sorted(true)).toEqual(['Other', 8080, 443, 80, null]);
  });
});

describe('a CSV', () => {
  test('has values that cannot break out of their cells nor run as formulas', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,"y"', '=cmd()'],
          ['-1', '@x\n'],
        ],
      ),
    ).toBe('a,b\r\n"x,""y""",\'=cmd()\r\n-1,"\'@x\n"');
  });

  test('of a table has the numbers and times themselves, and nothing where there is nothing', () => {
    const columns = [
      { label: 'User', kind: 'bucket', schema: 'bucket', agg: 'terms', type: 'string' },
      { label: 'Events', kind: 'metric', schema: 'metric', agg: 'count' },
      { label: 'Lag', kind: 'metric', schema: 'metric', agg: 'avg', type: 'number' },
      { label: 'Last seen', kind: 'metric', schema: 'metric', agg: 'max', type: 'date' },
    ] as const;
    const rows = [
      ['alice', 1_234_567, 0.123_456, 1_700_000_000_123],
      [null, 1, null, null],
      ['=x', 0, -1.5, null],
    ];
    expect(tableCsv({ columns, rows: rows.map((row) => row.map((value) => ({ value }))) }).split('\r\n')).toEqual([
      'User,Events,Lag,Last seen',
      'alice,1234567,0.123456,2023-11-14T22:13:20.123Z',
      ',1,,',
      "'=x,0,-1.5,",
    ]);
  });

  test('of a list of events has them as they are stored, whole where the column is _source', () => {
    const source = { time_dt: '2026-11-21T08:00:00.000Z', user: { name: '@bob' }, n: 1234567, tags: ['a', 'b'] };
    const events = [source, { time_dt: '2026-11-21T07:00:00.000Z', user: null }].map((one, i) => ({
      id: String(i),
      index: 'logs',
      source: one,
    }));
    expect(eventsCsv(events, ['time_dt', 'user.name', 'n', 'tags', 'no.such']).split('\r\n')).toEqual([
      'time_dt,user.name,n,tags,no.such',
      '2026-11-21T08:00:00.000Z,\'@bob,1234567,"a, b",',
      '2026-11-21T07:00:00.000Z,,,,',
    ]);
    const [, whole] = eventsCsv(events, ['_source']).split('\r\n');
    expect(whole).toBe(`"${JSON.stringify(source).replaceAll('"', '""')}"`);
  });

  test('is a file with the name of its panel, as far as file systems take it', () => {
    expect(fileName('Busiest identities')).toBe('Busiest identities');
    expect(fileName('[A] Logins: "who/where" – über?\n')).toBe('[A] Logins who where – über');
    expect(fileName('///')).toBe('');
  });
});

describe('completion', () => {
  const names = new Set(['status', 'actor.user.uid']);
  test.each([
    ['sta', { kind: 'field', word: 'sta', start: 0 }],
    ['status: Fa', { kind: 'value', field: 'status', word: 'Fa', start: 8 }],
    ['status: "a b', { kind: 'value', field: 'status', word: 'a b', start: 8 }],
    ['status: (Failure or Su', { kind: 'value', field: 'status', word: 'Su', start: 20 }],
    ['status: Failure a', { kind: 'conjunction', word: 'a', start: 16 }],
    ['status: Failure and act', { kind: 'field', word: 'act', start: 20 }],
    ['unknown: x', { kind: 'field', word: 'x', start: 9 }],
  ])('knows what stands at the end of %s', (text, expected) =>
    expect(completionAt(text, [text.length, text.length], names)).toEqual({ ...expected, end: text.length }),
  );

  test.each([
    // The cursor is at |, or [ and ] are around what is selected.
    ['status: Fail|ure and x: 1', 'Success ', 'status: Success |and x: 1'],
    ['status: [Failure] and x: 1', 'Success ', 'status: Success |and x: 1'],
    ['status: |Failure', 'Success ', 'status: Success |'],
    ['status: (Fail|ure or b)', 'Success ', 'status: (Success |or b)'],
    ['status: "a| b" and x: "c"', '"d e" ', 'status: "d e" |and x: "c"'],
    ['status: |"a b" and x: "c"', '"d e" ', 'status: "d e" |and x: "c"'],
    ['status: "a| and x: "c"', '"d e" ', 'status: "d e" |and x: "c"'],
    ['sta|tus : Failure', 'actor.user.uid: ', 'actor.user.uid: |Failure'],
    ['status: a an| x: 1', 'and ', 'status: a and |x: 1'],
    ['[status: a and x: 1]', 'status: ', 'status: |'],
  ])('of %s, %s takes the whole place: %s', (marked, insert, expected) => {
    const text = marked.replace(/[|[\]]/g, '');
    const start = marked.search(/[|[]/);
    const end = marked.includes(']') ? marked.indexOf(']') - 1 : start;
    const { text: next, cursor } = completed(text, completionAt(text, [start, end], names), insert);
    expect(`${next.slice(0, cursor)}|${next.slice(cursor)}`).toBe(expected);
  });

  test('offers the best fields first and none that cannot be searched', () => {
    const field = (name: string, searchable = true): FieldContent => ({
      name,
      type: 'string',
      searchable,
      aggregatable: true,
    });
    const fields = ['x.user', 'superuser', 'user.name', '_user', 'other'].map((name) => field(name));
    const found = rankFields('user', [...fields, field('user.secret', false)], 9).map(({ name }) => name);
    expect(found).toEqual(['user.name', 'x.user', 'superuser']);
  });

  test('knows the fields of what the dashboard searches, each once', () => {
    const field = (name: string, type: string): FieldContent => ({ name, type, searchable: true, aggregatable: true });
    const content: Content = {
      version: '',
      dashboards: [],
      queries: [],
      fields: [field('status', 'string')],
      otherFields: {
        ledger: [field('state', 'string'), field('key', 'string')],
        letters: [field('status', 'number'), field('key', 'ip')],
      },
      drillDown: {},
    };
    const over = (...indices: string[]): DashboardContent => ({
      id: '',
      title: '',
      description: '',
      query: '',
      filters: [],
      panels: indices.map((index) => ({ indices: [index] }) as unknown as PanelContent),
    });
    const health = searchedBy(over('ledger', 'letters', 'ledger'), content);
    expect(health.indices).toEqual(['ledger', 'letters']);
    expect(health.fields.map(({ name, type }) => [name, type])).toEqual([
      ['key', 'string'],
      ['state', 'string'],
      ['status', 'number'],
    ]);
    expect(searchedBy(over('events'), content).fields).toEqual(content.fields);
    expect(searchedBy(undefined, content)).toEqual({ indices: [], fields: [] });
  });

  test('quotes a value so that the parser reads it as one value', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        expect(valueIn(`status: ${quoteValue(value)}`)).toBe(value);
      }),
    );
    for (const value of ['012345678901', '9007199254740993', 'null', 'True', '-1', '1e3', '0', '42'])
      expect(valueIn(`user: ${quoteValue(value)}`)).toBe(value);
    // The query of a drill-down: what comes out of the link is what the parser takes for the value.
    for (const value of [
      `it's "odd"`,
      String.raw`C:\dir\"x"\\`,
      `!(a,b:'c!')`,
      'a*?',
      '%27 & #/view/x?q=1',
      '中 ü',
      '',
    ]) {
      const place: Place = { ...fallback, view: { ...DEFAULT_VIEW, query: `user: ${quoteValue(value)}` } };
      const { query } = parsePlace(formatPlace(place), fallback).view;
      expect({ query, value: valueIn(query) }).toEqual({ query: place.view.query, value });
    }
    expect([quoteValue('AccessDenied'), quoteValue('a "b" \\c'), quoteValue('and')]).toEqual([
      'AccessDenied',
      '"a \\"b\\" \\\\c"',
      '"and"',
    ]);
  });
});

describe('layout', () => {
  const panel = (id: string, y: number, h: number, markdown?: string): PanelContent => ({
    id, title: id, description: '', hideTitle: false, grid: { x: 0, y, w: 48, h }, indices: [], controls: [],
    colors: {}, widths: [],
    ...(markdown === undefined ? { type: 'table', params: {} } : { type: 'markdown', params: { markdown } }),
  }); // prettier-ignore
  const known = new Set(['a', 'b']);

  test('leaves out a first row of links that the header has, and nothing else', () => {
    const strip = panel('s', 0, 3, '**Here** &nbsp;·&nbsp; [A](#/view/a) · [B](#/view/b?x=1)');
    const below = panel('t', 3, 10);
    expect(placed([strip, below], known)).toEqual([{ ...below, grid: { ...below.grid, y: 0 } }]);
    for (const kept of [
      '[A](#/view/a) and a word',
      '[A](#/view/unknown)',
      '[A](#/view/50%)',
      '[A](https://osd.example.com/#/view/a)',
      'text',
      '',
    ])
      expect(placed([panel('s', 0, 3, kept), below], known)).toHaveLength(2);
    expect(placed([strip, panel('t', 1, 10)], known)).toHaveLength(2);
  });

  test('gives short columns what they need and takes from the longest', () => {
    const columns = [['x'.repeat(80)], ['Success'], ['9']];
    const [long = 0, short = 0, number = 0] = columnShares(columns, 50);
    expect(long + short + number).toBeCloseTo(100, 0);
    expect(short).toBeGreaterThanOrEqual(20);
    expect(long).toBeGreaterThan(short + number);
    expect(columnShares([], 50)).toEqual([]);
  });

  test('makes a table wider than its panel rather than cut an id or a time', () => {
    const [time, account, arn] = [
      '2026-11-21 08:42:05',
      '123456789012',
      `arn:aws:iam::123456789012:role/${'x'.repeat(40)}`,
    ];
    const columns = [[arn], [account], [time], [time]];
    const least = leastRoom(columns);
    expect(least).toBeLessThan(80);
    const rooms = columnRoom(columnShares(columns, least), least);
    rooms.slice(1).forEach((room, i) => expect(room + 1).toBeGreaterThanOrEqual([account, time, time][i]?.length ?? 0));
  });

  test('cuts the middle of an ARN that is too long, and in a narrow column its beginning', () => {
    expect(cutText('arn:aws:iam::123456789012:user/alice', 36)).toBe('arn:aws:iam::123456789012:user/alice');
    expect(cutText('arn:aws:iam::123456789012:user/alice', 33)).toBe('arn:aws:iam::1234…9012:user/alice');
    expect(cutText('arn:aws:iam::123456789012:user/alice', 12)).toBe('…:user/alice');
    expect(cutText('DescribeInstances', 12)).toBe('DescribeInstances');
    expect(cutText('2026-11-21 08:42:05', 12)).toBe('2026-11-21 08:42:05');
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 2, max: 80 }), (text, most) =>
        expect(cutText(`/${text}`, most).length).toBeLessThanOrEqual(most),
      ),
    );
  });
});
