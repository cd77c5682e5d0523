// Whatever is sent: no server error, nothing written for who is refused, nothing held for ever. `FUZZ_REQUESTS` says how
// many (10,000 with `npm run test:fuzz`), `FUZZ_SEED` and `FUZZ_PATH` repeat what was printed.
import fc from 'fast-check';
import { found } from './found';
import { ApiDocument } from '../support/api-document';
import { exchange, type Sent } from './exchange';
import { requestsOf } from './requests';
import { Served } from '../support/servers/served';
import { World } from './world';

const requests = Number(process.env.FUZZ_REQUESTS ?? 400);
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
/** Of the normal run; what is left of it then is for the next. */
const shortMs = 40_000;
const MOST_MORE_MB = 50;
/** Of one caller or place, for all reasons there are. */
const MOST_TRACES = 16;
/** The bounded trace of refused attempts: of one caller and one reason, one in a quarter of an hour and one with the rest. */
const traces: ReadonlySet<string> = new Set(['access.refused.v1', 'login.failed.v2']);

/** Whoever asks for what follows on a position that is to come waits for it, a few seconds. */
const isToCome = (status: number, { headers }: Sent): boolean =>
  status === 503 && headers.some(([name]) => name === 'x-strata-after');

describe('the server', () => {
  let served: Served;
  let world: World;
  let head = '';
  const traced = new Map<string, number>();
  beforeAll(async () => {
    served = await Served.start();
    world = await World.in(served.url);
    head = await served.ask('head');
  });
  afterAll(() => served.end());

  const send = async (sent: Sent): Promise<void> => {
    const { status, correlationId } = await exchange(served.url, await world.signed(sent));
    if (served.ended) throw new Error('The server has ended');
    if (!isToCome(status, sent) && (status >= 500 || status === 0))
      throw new Error(`${status}\n${(await served.ask('errors')).join('')}`);
    if (status < 400) return;
    const written = await served.ask('written', head);
    head = written.at(-1)?.position ?? head;
    const own = written.filter((event) => event.correlationId === correlationId);
    for (const { type, stream } of own.filter((event) => traces.has(event.type)))
      traced.set(`${type} ${stream}`, (traced.get(`${type} ${stream}`) ?? 0) + 1);
    const more = own.filter(({ type }) => !traces.has(type)).map(({ type }) => type);
    if (more.length > 0) throw new Error(`${status}, and yet it wrote ${more.join()}`);
  };

  test.each(found)('takes what it once did not: $what', ({ sent }) => send(sent));

  test(`takes ${requests} requests made from its own description`, async () => {
    const api = await ApiDocument.at(served.url);
    const isShort = process.env.FUZZ_REQUESTS === undefined;
    console.info(`FUZZ_SEED=${seed}`);
    const kinds = requestsOf(api, world.known);
    // What is made once, and kept: caches, compiled code.
    await fc.assert(fc.asyncProperty(kinds, send), { seed, numRuns: Math.min(200, requests / 4) });
    const before = await served.ask('heldMb');
    await fc.assert(fc.asyncProperty(kinds, send), {
      ...{ seed: seed + 1, numRuns: requests },
      ...(process.env.FUZZ_PATH && { path: process.env.FUZZ_PATH }),
      ...(isShort && { interruptAfterTimeLimit: shortMs, markInterruptAsFailure: false }),
    });
    const after = await served.ask('heldMb');
    console.info(`held before ${before.toFixed(1)} MB, after ${after.toFixed(1)} MB`);
    expect(after - before).toBeLessThan(MOST_MORE_MB);
    expect(Math.max(0, ...traced.values())).toBeLessThan(MOST_TRACES);
  }, 3_600_000);
});
