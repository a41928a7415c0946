// What the ingester sees of a cluster that costs next to nothing: it counts documents and keeps none. A program of its own,
// so that its CPU seconds are not those of what is measured. Prints its URL; tells and forgets its counts at GET /counts.
import { createServer } from 'node:http';

const TEMPLATE = { _meta: { package: 'ocsf-cloudtrail', version: '0.0.0', alias: '', period: 'month' } };
const CREATED = '{"create":{"status":201,"_seq_no":0,"_primary_term":1}}';
const counts = { documents: 0, bytes: 0, requests: 0, ledgerRows: 0, lookups: 0, pages: 0 };
/** With the argument `settled` every object that is asked for was read before. */
const settled = process.argv[2] === 'settled';
const ROW = { etag: 'e'.repeat(32), source: 'bench', state: 'done', attempts: 1, worker: 'bench', claim: 'bench#1' };
const FOUND = { found: true, _source: { bucket: '', key: '', ...ROW, claimed_at: '', updated_at: '' } };

function linesOf(body) {
  let lines = 0;
  for (let at = body.indexOf(10); at >= 0; at = body.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** Every operation of the ingester has two lines. */
function bulk(body) {
  const documents = linesOf(body) / 2;
  if (body.subarray(0, 300).includes('-ledger"')) counts.ledgerRows += documents;
  else {
    counts.documents += documents;
    counts.bytes += body.length;
    counts.requests += 1;
  }
  return `{"errors":false,"items":[${`${CREATED},`.repeat(documents).slice(0, -1)}]}`;
}

function answer(path, body) {
  if (path.startsWith('/_index_template/')) return JSON.stringify({ index_templates: [{ index_template: TEMPLATE }] });
  if (path.startsWith('/_bulk')) return bulk(body);
  if (path.includes('/_mget')) {
    const { ids } = JSON.parse(body.toString());
    counts.lookups += ids.length;
    counts.pages += 1;
    const row = settled ? { ...FOUND, _seq_no: 0, _primary_term: 1 } : { found: false };
    return JSON.stringify({ docs: ids.map((_id) => ({ _id, ...row })) });
  }
  if (path.includes('/_refresh')) return '{}';
  if (path === '/counts') {
    const told = JSON.stringify(counts);
    for (const key of Object.keys(counts)) counts[key] = 0;
    return told;
  }
  return undefined;
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const text = answer(request.url, Buffer.concat(chunks));
    if (text === undefined) process.stderr.write(`not answered: ${request.method} ${request.url}\n`);
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(text ?? '{}');
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
// Ends with whoever started it.
process.stdin.on('end', () => process.exit()).resume();
