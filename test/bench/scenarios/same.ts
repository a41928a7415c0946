import { isDeepStrictEqual } from 'node:util';
import { generateEvents } from '../../../src/demo/generate.ts';
import { asSecurityLake } from '../../../src/demo/write/ocsf.ts';
import { BatchBuilder } from '../../../src/ingest/executor/batch-builder.ts';
import { createLineReader } from '../../../src/ingest/fast/pass-through.ts';
import type { EncodeOptions } from '../../../src/ingest/ports.ts';
import { createRecordProcessor } from '../../../src/ingest/record.ts';
import { atLeast, type Scenario } from '../scenario.ts';

const EVENTS = 1_000_000;
const END = Date.UTC(2026, 9, 31);
const LINES_AT_ONCE = 500;

export default {
  title: 'Events that pass as they are against the same events mapped on the plain path, leaf by leaf',
  async run(bench) {
    const events = bench.events(EVENTS);
    const options: EncodeOptions = { indexPrefix: 'logs-', period: 'month', now: END, filters: {} };
    const plain = createRecordProcessor(options);
    const readLine = createLineReader(options);
    let passed = 0;
    const compare = (lines: readonly string[]): void => {
      const bytes = Buffer.from(lines.join(''));
      const builder = new BatchBuilder(plain, { readLine, batchBytes: Infinity });
      const compared = lines.filter((line, i) => {
        const from = i === 0 ? 0 : bytes.indexOf(10, at) + 1;
        at = from;
        return builder.line(bytes, from, from + Buffer.byteLength(line) - 1);
      });
      at = 0;
      const [batch] = builder.finish();
      const found = Buffer.from(batch?.body ?? [])
        .toString()
        .split('\n');
      compared.forEach((line, i) => {
        const wanted = plain(JSON.parse(line));
        const { create } = JSON.parse(found[2 * i]!) as { create: { _id: string; _index: string } };
        const same =
          wanted.kind === 'document' &&
          wanted.id === create._id &&
          wanted.index === create._index &&
          isDeepStrictEqual(JSON.parse(found[2 * i + 1]!), JSON.parse(wanted.source));
        if (!same) throw new Error(`not the same as on the plain path: ${line}`);
      });
      passed += compared.length;
    };
    let at = 0;
    let lines: string[] = [];
    for (const record of generateEvents({ seed: 'same', end: END, hours: 24 * 7, events })) {
      lines.push(`${JSON.stringify(asSecurityLake(record))}\n`);
      if (lines.length < LINES_AT_ONCE) continue;
      compare(lines);
      lines = [];
    }
    compare(lines);
    return {
      work: `${events.toLocaleString('en-US')} events of a week, as OCSF lines`,
      rows: [{ events, 'passed as bytes': passed, 'the same': passed, different: 0 }],
      targets: [atLeast('events on the fast path', (100 * passed) / events, 95, '%')],
      notes: ['A difference ends the run with the event.', 'What is not passed takes the plain path itself.'],
    };
  },
} satisfies Scenario;
