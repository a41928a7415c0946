// A bucket too big for an emulator: it keeps one block of OCSF lines and makes every object of it when it is asked for, each
// event with an id of its own. Arguments: file with the lines; `keys`, number of keys; `large`, blocks of the one object;
// `small`, number of objects of 1 to 20 events. Tells and forgets what it has served at GET /counts.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [file, mode, amount] = process.argv.slice(2);
const block = readFileSync(file);
/** Where each line begins, and at the end where the last one ends. */
const lines = [0];
for (let at = block.indexOf(10); at >= 0; at = block.indexOf(10, at + 1)) lines.push(at + 1);
/** Of the first eight digits of the event's id in each line. */
const ids = lines.slice(0, -1).map((start) => block.indexOf('"uid":"', start) + 7);
const count = mode === 'large' ? 1 : Number(amount);
const counts = { list: 0, get: 0, events: 0, bytes: 0 };
const ETAG = 'e'.repeat(32);
const PAGE = 1000;

const keyAt = (index) => `lake/${String(index).padStart(9, '0')}.json`;
const firstOf = (index) => (index * 7) % (lines.length - 21);
const eventsOf = (index) => 1 + ((index * 13) % 20);

/** Lines [first, end) with the number in their ids. */
function copy(first, end, number) {
  const bytes = Buffer.from(block.subarray(lines[first], lines[end]));
  const digits = number.toString(16).padStart(8, '0');
  for (let i = first; i < end; i += 1) bytes.write(digits, ids[i] - lines[first], 'latin1');
  counts.events += end - first;
  counts.bytes += bytes.length;
  return bytes;
}

function sizeOf(index) {
  if (mode === 'large') return block.length * Number(amount);
  if (mode === 'keys') return 2048;
  const first = firstOf(index);
  return lines[first + eventsOf(index)] - lines[first];
}

function list(query) {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const start = after === '' ? 0 : Number(/(\d+)\.json/.exec(after)?.[1] ?? -1) + 1;
  const parts = [];
  let index = start;
  for (; 'lake/'.startsWith(prefix) && index < count && parts.length < PAGE; index += 1)
    parts.push(
      `<Contents><Key>${keyAt(index)}</Key><LastModified>2026-10-31T00:00:00.000Z</LastModified><ETag>&quot;${ETAG}&quot;</ETag><Size>${sizeOf(index)}</Size></Contents>`,
    );
  const more = parts.length === PAGE && index < count;
  const token = more ? `<NextContinuationToken>${keyAt(index - 1)}</NextContinuationToken>` : '';
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${parts.join('')}${token}</ListBucketResult>`;
}

async function send(response, index) {
  response.writeHead(200, {
    'content-length': sizeOf(index),
    etag: `"${ETAG}"`,
    'content-type': 'binary/octet-stream',
  });
  if (mode === 'small') return void response.end(copy(firstOf(index), firstOf(index) + eventsOf(index), index));
  for (let number = 0; number < Number(amount) && !response.destroyed; number += 1)
    if (!response.write(copy(0, lines.length - 1, number)))
      await new Promise((resolve) => {
        const go = () => {
          response.off('drain', go).off('close', go);
          resolve();
        };
        response.on('drain', go).on('close', go);
      });
  response.end();
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://bucket');
  if (url.pathname === '/counts') {
    response.end(JSON.stringify(counts));
    for (const key of Object.keys(counts)) counts[key] = 0;
  } else if (url.searchParams.get('list-type') === '2') {
    counts.list += 1;
    response.writeHead(200, { 'content-type': 'application/xml' }).end(list(url.searchParams));
  } else {
    counts.get += 1;
    void send(response, Number(/(\d+)\.json$/.exec(url.pathname)?.[1]));
  }
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
// Ends with whoever started it.
process.stdin.on('end', () => process.exit()).resume();
