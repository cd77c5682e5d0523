// What the adapter of EventStoreDB does by itself, without a server.
import { execFile } from 'node:child_process';

const child = (code: string) =>
  new Promise<number>((resolve) => {
    const module = JSON.stringify(
      require.resolve('../../../src/eventsourcing/stores/eventstoredb/broken-writes'),
    );
    const script = `require(${module}).surviveBrokenWrites(); ${code}; setTimeout(() => process.exit(7), 100)`;
    const started = execFile(process.execPath, ['-e', script]);
    started.on('exit', (status) => resolve(status ?? -1));
  });

describe('a rejection that nobody handles', () => {
  const status = `Object.assign(new Error('14 UNAVAILABLE'), { code: 14, metadata: {} })`;

  test('ends nothing where it comes from a write to a server that went away', async () => {
    expect(await child(`(async function batchAppend() { throw ${status} })()`)).toBe(7);
  });

  test('ends the process as ever where it is anything else', async () => {
    expect(await child(`Promise.reject(${status})`)).toBe(1);
    expect(await child(`(async function batchAppend() { throw new TypeError('ours') })()`)).toBe(1);
  });
});
