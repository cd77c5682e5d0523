// Each thread of a running server is ended for real: the server goes on without a loss, or ends so that it is started
// again; either way it says so, once. docs/operations.md has the table of what each part's failing means.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pause } from '../../../src/supervision/pause';
import { exportBody } from '../../support/exporting';
import { KillableServer } from '../../crash/killable';

let server: KillableServer;
beforeAll(async () => void (server = await KillableServer.start({ LOG_LEVEL: 'info' })));
afterAll(() => server.remove());

const create = async (lastname: string) =>
  (await server.api.post<{ id: string }>('/crm/v3/objects/contacts', { properties: { lastname } })).id;

interface Ready {
  readonly status: string;
  readonly faults: readonly { readonly part: string; readonly state: string; readonly count: number }[];
}
const LOOK_MS = 50;
const health = () => server.api.get<Ready>('/health/ready');
/** Longer than whatever failed takes to be tried again. */
const HEALED_WITHIN_MS = 60_000;
/** Until it is ready and nothing fails any more. */
const healthy = async () => {
  for (const until = Date.now() + HEALED_WITHIN_MS; ; await pause(LOOK_MS)) {
    const { faults } = await health();
    if (faults.length === 0) return;
    if (Date.now() > until) throw new Error(`Still failing: ${JSON.stringify(faults)}`);
  }
};
/** Until the log has a line of a part. */
const told = async (part: string, msg: RegExp) => {
  while (!server.log.some((line) => line.part === part && msg.test(String(line.msg)))) await pause(LOOK_MS);
};

/** What was logged of a part from one line on: that it failed, once, and that it works again, with the count. */
const lines = (part: string, from = 0) =>
  server.log
    .slice(from)
    .flatMap((line) => (line.part === part ? [`${String(line.count)} ${String(line.msg)}`] : []));
const FAILED_ONCE = [expect.stringMatching(/^1 .* failed$/), expect.stringMatching(/^\d+ .* works again$/)];

const found = async (lastname: string) => {
  const filterGroups = [{ filters: [{ propertyName: 'lastname', operator: 'EQ', value: lastname }] }];
  return (await server.api.post<{ total: number }>('/crm/v3/objects/contacts/search', { filterGroups }))
    .total;
};

/**
 * Every thread there is, by its name in `threads-to-end.ts`: those of a new kind are to be ended here, too. (Those of slow
 * queries, which take many documents to be started, are ended in the contract suite.)
 */
const ENDED = [
  'log.worker.js',
  'projecting.worker.js',
  'sqlite.worker.js',
  ...[
    'describe',
    'buildBackup',
    'makeAuditExport',
    'makeComparison',
    'makeDrill',
    'makeExport',
    'makePlan',
    'makeUndo',
  ].map((name) => `thread.worker.js ${name}`),
];

test('no thread is left out', () => {
  const root = resolve(__dirname, '../../../../src');
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(root, path), 'utf8'));
  const scripts = new Set<string>();
  for (const text of sources.filter((source) => /new Worker\(/.test(source)))
    for (const [, script] of text.matchAll(/'(?:\.\/)?(\w+\.worker)(?:\.js)?'/g)) scripts.add(`${script}.js`);
  expect(scripts.delete('thread.worker.js')).toBe(true);
  for (const text of sources)
    for (const [, name] of text.matchAll(/runInThread<[^(]*\(\{[^;]*?name: '(\w+)'/g))
      scripts.add(`thread.worker.js ${name}`);
  expect([...scripts].sort()).toEqual(ENDED.toSorted());
});

test.each([
  ['sqlite.worker.js writer', 'document-writer'],
  ['sqlite.worker.js reader', 'document-reader'],
  ['projecting.worker.js', 'projecting'],
])('when the thread %s ends, another takes over, and both are told', async (thread, part) => {
  await create(`Before ${part}`);
  server.killThread(thread);
  await told(part, /failed$/);
  await create(`After ${part}`);
  await healthy();
  await told(part, /works again$/);
  expect([await found(`Before ${part}`), await found(`After ${part}`)]).toEqual([1, 1]);
  expect(lines(part)).toEqual(FAILED_ONCE);
});

test('when the thread that describes the API ends, the next request has another, and both are told', async () => {
  server.killThread('thread.worker.js describe', { next: true });
  await expect(server.api.get('/openapi.json')).rejects.toThrow('500');
  expect(await server.api.get('/openapi.json')).toHaveProperty('openapi');
  await healthy();
  expect(lines('description')).toEqual(FAILED_ONCE);
});

/** Requested in the usual way, and its state: a job whose thread ends is carried out again. */
const jobs: readonly [thread: string, part: string, ask: () => Promise<() => Promise<string>>][] = [
  [
    'buildBackup',
    'job:backup',
    async () => {
      const { id } = await server.api.post<{ id: string }>('/backups/v1/backups');
      return async () => (await server.api.get<{ status: string }>(`/backups/v1/backups/${id}`)).status;
    },
  ],
  [
    'makePlan',
    'job:restore-plans',
    async () => {
      const { results } = await server.api.get<{ results: { id: string }[] }>('/backups/v1/backups');
      const body = {
        source: { backupId: results[0]!.id },
        objects: [{ objectType: 'contacts', properties: '*' }],
      };
      const { id } = await server.api.post<{ id: string }>('/restores/v1/plans', body);
      return async () => (await server.api.get<{ status: string }>(`/restores/v1/plans/${id}`)).status;
    },
  ],
  [
    'makeDrill',
    'job:drill',
    async () => {
      const { id } = await server.api.post<{ id: string }>('/backups/v1/drills');
      return async () => (await server.api.get<{ status: string }>(`/backups/v1/drills/${id}`)).status;
    },
  ],
  [
    'makeUndo',
    'job:restore-undos',
    async () => {
      const { results } = await server.api.get<{ results: { id: string }[] }>('/settings/v3/users');
      const body = { cause: { userId: results[0]!.id } };
      const { id } = await server.api.post<{ id: string }>('/restores/v1/plans/undo', body);
      return async () => (await server.api.get<{ status: string }>(`/restores/v1/plans/${id}`)).status;
    },
  ],
  [
    'makeComparison',
    'job:comparisons',
    async () => {
      const path = '/time-travel/v1/compare';
      const { id } = await server.api.post<{ id: string }>(path, { from: '0' });
      return async () => (await server.api.get<{ status: string }>(`${path}/${id}`)).status;
    },
  ],
  [
    'makeAuditExport',
    'job:audit-export',
    async () => {
      const { id } = await server.api.post<{ id: string }>('/audit/v1/exports', { format: 'jsonl' });
      return async () => (await server.api.get<{ status: string }>(`/audit/v1/exports/${id}`)).status;
    },
  ],
  [
    'makeExport',
    'job:export',
    async () => {
      const body = exportBody('CONTACT', ['lastname']);
      const { id } = await server.api.post<{ id: string }>('/crm/v3/exports/export/async', body);
      return async () =>
        (await server.api.get<{ exportState: string }>(`/crm/v3/exports/export/${id}`)).exportState;
    },
  ],
];
test.each(jobs)(
  'when the thread %s of a job ends, it is carried out again, and both are told',
  async (name, part, ask) => {
    server.killThread(`thread.worker.js ${name}`, { next: true });
    const state = await ask();
    for (let now = ''; !['COMPLETED', 'READY', 'DONE', 'PASSED'].includes(now); now = await state()) {
      expect(now).not.toBe('FAILED');
      await pause(LOOK_MS);
    }
    await healthy();
    expect(lines(part)).toEqual(FAILED_ONCE);
  },
);

test('a log that can no longer be written ends the process with one line, and nothing acknowledged is lost', async () => {
  const id = await create('Before');
  server.killThread('log.worker.js');
  expect(await server.ended()).toBe(1);
  const fatal = server.log.filter(({ part }) => part === 'log-writer');
  expect(fatal).toMatchObject([
    { msg: 'The thread that writes the embedded log cannot go on: the process ends', count: 1 },
  ]);
  await server.run();
  expect(await server.api.get(`/crm/v3/objects/contacts/${id}`)).toMatchObject({ id });
  await create('After');
});
