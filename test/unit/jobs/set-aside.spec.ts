// A job that ends the process time and again is set aside, one whose process is ended from outside goes on.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Attempts, counted, verdict, type Deaths } from '../../../src/jobs/attempts';
import { ENDED_THE_PROCESS } from '../../../src/jobs/jobs';
import { openStores, temporaryFolder, type Stores } from '../../support/read-side';
import type { Given, Told } from './set-aside.child';

describe('an end of the process', () => {
  const run = { from: null, calm: true };
  const dead = (times: number, from: Partial<typeof run> = {}, before?: Deaths): Deaths | undefined =>
    times === 0 ? before : dead(times - 1, from, counted(before, { ...run, ...from }, null));

  test('in which the job got nowhere has it wait until the process is well, and the second one is its doing', () => {
    expect(verdict(undefined, false)).toBe('run');
    expect(verdict(dead(1), false)).toBe('wait');
    expect(verdict(dead(1), true)).toBe('run');
    expect(verdict(dead(2), true)).toBe('give up');
    expect(verdict(dead(2), false)).toBe('give up');
  });
  test('that was followed by others in the first moments of the process is not its doing', () => {
    const often = dead(19, { calm: false });
    expect(verdict(often, false)).toBe('run');
    const veryOften = dead(20, { calm: false });
    expect(verdict(veryOften, false)).toBe('wait');
    expect(verdict(veryOften, true)).toBe('run');
    expect(verdict(dead(2, {}, veryOften), false)).toBe('give up');
  });
  test('counts no more once the job has got further', () => {
    const further = counted(dead(1), run, 10);
    expect(further).toEqual({ at: 10, all: 1, calm: 1, stuck: false });
    expect(verdict(further, false)).toBe('run');
    expect(verdict(counted(further, { from: 10, calm: true }, 20), false)).toBe('run');
    // Where it begins anew each time: at the place where it ended before.
    expect(verdict(counted(further, run, 10), true)).toBe('give up');
  });
});

describe('what is written down of a run', () => {
  let stores: Stores;
  beforeEach(async () => void (stores = await openStores()));
  afterEach(() => stores.close());
  const attempts = () => new Attempts(stores.documents, 'task', () => Promise.resolve(null));
  const begun = async (calm = true) => (await attempts().begin('1', calm)) as { run: string };

  test('is taken back when it returns or throws', async () => {
    for (let times = 0; times < 5; times++) await attempts().end('1', (await begun()).run);
    expect(await attempts().begin('1', true)).toMatchObject({ run: expect.any(String) as string });
  });
  test('stands where the process ended, and two of them are enough', async () => {
    await begun();
    await begun();
    expect(await attempts().begin('1', true)).toBe('give up');
    expect(await attempts().begin('1', true)).toBe('give up');
  });
  test('counts as nothing when a run that was taken for dead returns', async () => {
    const paused = await begun();
    const successor = await begun();
    await attempts().end('1', paused.run);
    await begun();
    expect(await attempts().begin('1', true)).toBe('give up');
    await attempts().end('1', successor.run);
  });
  test('knows that the process was well by the time that it ended', async () => {
    for (let times = 0; times < 2; times++) {
      const { run } = await begun(false);
      await attempts().calmed('1', run);
    }
    expect(await attempts().begin('1', false)).toBe('give up');
  });
});

describe('a process', () => {
  let folder: { path: string; remove: () => Promise<void> };
  const children: { child: ChildProcess; gone: Promise<unknown> }[] = [];
  beforeEach(async () => void (folder = await temporaryFolder()));
  afterEach(async () => {
    for (const { child, gone } of children) {
      child.kill('SIGKILL');
      await gone;
    }
    await folder.remove();
  });

  function start(does: Given['does'], calmMs: number) {
    const given: Given = { folder: folder.path, does, calmMs };
    const child = fork(join(__dirname, 'set-aside.child.js'), [JSON.stringify(given)]);
    const told: Told[] = [];
    child.on('message', (message: Told) => told.push(message));
    const gone = once(child, 'exit');
    children.push({ child, gone });
    /** Until it tells one of these. */
    const tells = async (...what: string[]): Promise<string> => {
      for (;;) {
        const found = told.find((one) => what.some((part) => one.startsWith(part)));
        if (found) return found;
        const ended = gone.then(() => Promise.reject(new Error('The process has ended')));
        await Promise.race([once(child, 'message'), ended]);
      }
    };
    return { child, tells, gone };
  }
  const ask = (child: ChildProcess) => child.send('ask');

  test('that a job has ended twice sets the job aside when it is started again', async () => {
    const first = start('poison', 100);
    await first.tells('calm');
    ask(first.child);
    await first.gone;
    const second = start('poison', 100);
    await second.gone;
    expect(await start('poison', 100).tells('failed', 'running')).toBe(`failed: ${ENDED_THE_PROCESS}`);
  });

  test('that is killed from outside goes on with a job that got further', async () => {
    for (let kills = 0; kills < 5; kills++) {
      const next = start('slow', 0);
      if (kills === 0) ask(next.child);
      expect(await next.tells('failed', 'running')).toBe('running');
      next.child.kill('SIGKILL');
      await next.gone;
    }
    expect(await start('end', 0).tells('failed', 'done')).toBe('done');
  });

  test('that is killed in its first moments, time and again, goes on with a job that got nowhere', async () => {
    for (let kills = 0; kills < 5; kills++) {
      const next = start('stuck', 60_000);
      if (kills === 0) ask(next.child);
      expect(await next.tells('failed', 'running')).toBe('running');
      next.child.kill('SIGKILL');
      await next.gone;
    }
    expect(await start('end', 60_000).tells('failed', 'done')).toBe('done');
  });
});
