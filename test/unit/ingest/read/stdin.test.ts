import { describe, expect, test } from '@jest/globals';
import { openStdin } from '../../../../src/ingest/read/stdin.ts';

async function* pipe(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

const { signal } = new AbortController();

describe('a pipe as an object', () => {
  test.each([[['']], [['{"a":1}']], [['{', '"a"', ':1}\n', '{"b":2}']], [['x']]])(
    '%j comes through whole',
    async (parts) => {
      const object = await openStdin(pipe(...parts), signal);
      expect(await all(object.chunks())).toBe(parts.join(''));
      await object.close();
    },
  );

  test('JSON is handed on before the pipe ends', async () => {
    let open = true;
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"a":1}\n');
      open = false;
      yield Buffer.from('{"b":2}\n');
    }
    for await (const chunk of (await openStdin(slow(), signal)).chunks()) {
      expect([open, Buffer.from(chunk).toString()]).toEqual([true, '{"a":1}\n']);
      break;
    }
  });

  test('Parquet, told by its first bytes even when they come one by one, can be read from its middle', async () => {
    const object = await openStdin(pipe('P', 'A', 'R', '1', 'body', 'PAR1'), signal);
    expect(object.size).toBe(12);
    expect(Buffer.from(await object.range(4, 8)).toString()).toBe('body');
    expect(await all(object.chunks())).toBe('PAR1bodyPAR1');
  });

  test('anything else cannot', async () => {
    const object = await openStdin(pipe('{}'), signal);
    await expect(object.range(0, 1)).rejects.toMatchObject({ code: 'OBJECT_READ' });
  });
});
