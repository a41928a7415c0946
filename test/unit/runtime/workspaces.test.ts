import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { deleteWorkspace, listWorkspaces, openWorkspace, workspacesDir } from '../../../src/runtime/workspaces.ts';

const top = mkdtempSync(join(tmpdir(), 'workspaces-'));
const root = join(top, 'workspaces');

afterAll(() => rmSync(top, { recursive: true }));

test.each([
  [{ OCSF_CLOUDTRAIL_DATA: '/a' }, '/a/workspaces'],
  [{ XDG_DATA_HOME: '/b', OCSF_CLOUDTRAIL_DATA: '' }, '/b/ocsf-cloudtrail/workspaces'],
  [{}, expect.stringMatching(/\/\.local\/share\/ocsf-cloudtrail\/workspaces$/)],
])('workspaces are data of the user, not cache: %j', (env, expected) => {
  expect(workspacesDir(env)).toEqual(expected);
});

describe('a workspace', () => {
  test('is readable by its owner only', async () => {
    const { dir, release } = await openWorkspace('private', { root });
    expect([statSync(dir).mode & 0o777, statSync(root).mode & 0o777]).toEqual([0o700, 0o700]);
    await release();
  });

  test('belongs to one process at a time, and says to which', async () => {
    const held = await openWorkspace('shared', { root });
    await held.serving(process.pid);
    const refused = { code: 'USAGE', message: `The workspace "shared" is in use by process ${process.pid}.` };
    await expect(openWorkspace('shared', { root })).rejects.toMatchObject(refused);
    await expect(deleteWorkspace('shared', root)).rejects.toMatchObject(refused);
    expect(await listWorkspaces(root)).toContainEqual(
      expect.objectContaining({ name: 'shared', inUseBy: process.pid }),
    );
    await held.release();
    await (await openWorkspace('shared', { root })).release();
  });

  test('of a dead process is free, also when another process has its number now', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    for (const mark of [
      { host: hostname(), pid: child.pid, started: '1' },
      { host: hostname(), pid: process.pid, started: '1' },
    ]) {
      const first = await openWorkspace('left', { root });
      writeFileSync(join(first.dir, 'holder.json'), JSON.stringify({ process: mark }));
      await (await openWorkspace('left', { root })).release();
    }
  });

  test('of a dead process is not touched before its server has ended', async () => {
    const server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const first = await openWorkspace('served', { root });
    await first.serving(server.pid ?? 0);
    const holder = JSON.parse(readFileSync(join(first.dir, 'holder.json'), 'utf8')) as {
      process: object;
      server: object;
    };
    writeFileSync(
      join(first.dir, 'holder.json'),
      JSON.stringify({ ...holder, process: { ...holder.process, started: '1' } }),
    );
    let open = false;
    const waiting = [0, 1].map(() => openWorkspace('served', { root }).finally(() => (open = true)));
    const ends = Promise.allSettled(waiting);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(open).toBe(false);
    server.kill('SIGKILL');
    // Of those that wait, one gets it.
    const opened = (await ends).flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(opened).toHaveLength(1);
    expect((await ends).filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'USAGE' } }]);
    await opened[0]?.release();
  });

  test('is released by who has it, and by no other', async () => {
    const mine = await openWorkspace('taken', { root });
    const theirs = { process: { host: hostname(), pid: process.ppid, started: '1' } };
    writeFileSync(join(mine.dir, 'holder.json'), JSON.stringify(theirs));
    await mine.release();
    expect(JSON.parse(readFileSync(join(mine.dir, 'holder.json'), 'utf8'))).toEqual(theirs);
  });

  test('whose holder was cut off in the middle of writing its name is free', async () => {
    const first = await openWorkspace('torn', { root });
    writeFileSync(join(first.dir, 'holder.json'), '{"proc');
    await (await openWorkspace('torn', { root })).release();
  });

  test.each(['', '..', '../x', 'a/b', '.hidden', 'Upper', 'x'.repeat(65)])(
    'cannot be called "%s": its name is a folder',
    async (name) => {
      await expect(openWorkspace(name, { root })).rejects.toMatchObject({ code: 'USAGE' });
      await expect(deleteWorkspace(name, root)).rejects.toMatchObject({ code: 'USAGE' });
    },
  );

  test('is deleted with all that is in it, and no other', async () => {
    const gone = await openWorkspace('gone', { root });
    writeFileSync(join(gone.dir, 'file'), 'x'.repeat(1000));
    await gone.release();
    await (await openWorkspace('stays', { root })).release();
    expect((await listWorkspaces(root)).find(({ name }) => name === 'gone')?.bytes).toBe(1000);
    await deleteWorkspace('gone', root);
    const names = (await listWorkspaces(root)).map(({ name }) => name);
    expect(names).toContain('stays');
    expect(names).not.toContain('gone');
    await expect(deleteWorkspace('gone', root)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
