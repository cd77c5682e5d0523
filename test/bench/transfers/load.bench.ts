// Bench of a load of a ZIP with n contacts, n / 5 companies and an association for each contact, over HTTP into an empty
// running server, until every projection has applied it; beside an import of the same contacts' CSV into another one.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import archiver from 'archiver';
import type { LoadView } from '../../../src/loads/load.queries';
import { pause } from '../../../src/supervision/pause';
import { Api } from '../../demo/api';
import { importForm, type ImportAnswer } from '../../support/importing';
import { LOADS, loadForm } from '../../support/loads/loading';
import type { Figure } from '../run';

const LOOK_MS = 200;
/** Contacts that the peer imports: its speed does not depend on their number. */
const MOST_IMPORTED = 10_000;
const HEADER = [
  'Record ID',
  'Email',
  'First Name',
  'Last Name',
  'Phone Number',
  'Job Title',
  'City',
  'Create Date',
];
const NAMES = ['email', 'firstname', 'lastname', 'phone', 'jobtitle', 'city'];
const FIRST = 30_000_000_000;

const contactAt = (n: number): string[] => [
  ...[String(FIRST + n), `anna.lindberg.${n}@example.com`, `Anna ${n % 997}`, `Lindberg ${n % 1_009}`],
  ...[`+46 70 ${String(n).padStart(7, '0')}`, 'Head of Procurement', 'Göteborg', '2021-02-03 04:05'],
];

function* contacts(n: number): Generator<string> {
  yield `${[...HEADER, 'Associated Company IDs'].join()}\r\n`;
  for (let i = 0; i < n; i++) yield `${[...contactAt(i), FIRST + (i % Math.ceil(n / 5))].join()}\r\n`;
}
function* companies(n: number): Generator<string> {
  yield 'Record ID,Name,Company Domain Name\r\n';
  for (let i = 0; i < Math.ceil(n / 5); i++) yield `${FIRST + i},Company ${i} AB,company-${i}.example\r\n`;
}

/** Lines in chunks: archiver takes chunks of its size faster than lines. */
function* chunked(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) if ((chunk += line).length >= 65_536) [chunk] = ['', yield chunk];
  yield chunk;
}

async function zipOf(n: number): Promise<Buffer> {
  const zip = archiver('zip');
  const all = buffer(zip);
  for (const [name, lines] of [
    ['contacts.csv', contacts(n)],
    ['companies.csv', companies(n)],
  ] as const) {
    const written = once(zip, 'entry');
    zip.append(Readable.from(chunked(lines), { objectMode: false }), { name });
    await written;
  }
  await zip.finalize();
  return all;
}

/** A server in a process of its own, so that its memory can be measured. */
async function served() {
  const child: ChildProcess = fork(require.resolve('./import.bench'), ['serve']);
  const samples: number[] = [];
  const told = new Map<string, (message: never) => void>();
  child.on('message', (message: Readonly<Record<string, unknown>>) => {
    if (typeof message['rss'] === 'number') samples.push(message['rss']);
    for (const [key, resolve] of told) if (key in message) resolve(message as never);
  });
  const next = <T>(key: string) => new Promise<T>((resolve) => told.set(key, resolve));
  const { url, token } = await next<{ url: string; token: string }>('url');
  const api = new Api(url);
  api.token = token;
  const settled = async () => {
    child.send('settle');
    await next('settled');
  };
  const stop = async () => {
    child.send('stop');
    await once(child, 'exit');
  };
  return { api, samples, settled, stop };
}

const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

async function loading(n: number) {
  const zip = await zipOf(n);
  const { api, samples, settled, stop } = await served();
  await pause(1_000);
  const idle = samples.at(-1) ?? 0;
  samples.length = 0;
  const began = performance.now();
  const since = () => (performance.now() - began) / 1_000;
  const { id } = await api.call<LoadView>('POST', LOADS, loadForm(zip));
  let [planned, view] = [0, await api.get<LoadView>(`${LOADS}/${id}`)];
  while (view.status === 'QUEUED' || view.status === 'RUNNING') {
    if (planned === 0 && view.counts.rows > 0) planned = since();
    await pause(LOOK_MS);
    view = await api.get<LoadView>(`${LOADS}/${id}`);
  }
  const done = since();
  const { records, associated } = view.counts;
  if (view.status !== 'COMPLETED' || records['contacts'] !== n || associated !== n)
    throw new Error(`Not all was loaded: ${view.status} ${view.error} ${JSON.stringify(view.counts)}`);
  await settled();
  const all = since();
  const peak = Math.max(...samples);
  await stop();
  return { planned, done, all, idle, peak, zipMb: megabytes(zip.length) };
}

async function importing(n: number): Promise<number> {
  const { api, settled, stop } = await served();
  const lines = [NAMES.join()];
  for (let i = 0; i < n; i++) lines.push(contactAt(i).slice(1, 7).join());
  const columns = Object.fromEntries(NAMES.map((name) => [name, name]));
  const began = performance.now();
  const form = importForm({ csv: new Blob([lines.join('\r\n')]), type: '0-1', columns, operation: 'CREATE' });
  const { id } = await api.call<{ id: string }>('POST', '/crm/v3/imports', form);
  while ((await api.get<ImportAnswer>(`/crm/v3/imports/${id}`)).state !== 'DONE') await pause(LOOK_MS);
  await settled();
  await stop();
  return Math.round(n / ((performance.now() - began) / 1_000));
}

export async function run({ n = 100_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const peer = await importing(Math.min(n, MOST_IMPORTED));
  const { planned, done, all, idle, peak, zipMb } = await loading(n);
  const rows = n + Math.ceil(n / 5);
  const perSecond = Math.round(rows / all);
  emit({
    ...{ n, what: 'records and associations loaded over HTTP, all projections caught up', zipMb },
    ...{ seconds: Number(all.toFixed(1)), perSecond, secondsToFirstRow: Number(planned.toFixed(1)) },
    ...{ secondsUntilDone: Number(done.toFixed(1)), records: rows, associations: n },
    ...{
      idleRssMb: megabytes(idle),
      peakServerRssMb: megabytes(peak),
      rssOverIdleMb: megabytes(peak - idle),
    },
    peer: { name: 'import of the same contacts, without ids and associations', perSecond: peer },
    ratio: Number((perSecond / peer).toFixed(3)),
  });
}
