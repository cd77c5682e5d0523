// Whatever is done to a log, to its checkpoints or to an export by whoever lacks the private key is found, and named;
// and what nobody touched is never said to be wrong. TAMPERINGS says how often, TAMPERING_SEED repeats a run.
import { randomInt } from 'node:crypto';
import { openCheckpoint, type Verifier } from '../../../../src/audit/integrity/checkpoints/notes';
import { checkLog } from '../../../../src/audit/integrity/checks/log-check';
import { ExportChecking, ExportWrong } from '../../../../src/audit/integrity/exports/sealed-lines-check';
import { SealedLines } from '../../../../src/audit/integrity/exports/sealed-lines';
import { isCheckpointOf } from '../../../../src/audit/integrity/tree/tree-building';
import type { RawEvent } from '../../../../src/eventsourcing/event';
import { SignedLog } from './signed-log';
import { LogWrong, memorySource, tamper, tamperLines, type Random } from './tampering';

const RUNS = Number(process.env.TAMPERINGS ?? 200);
const HONEST = Math.ceil(RUNS / 10);
const SEED = Number(process.env.TAMPERING_SEED ?? randomInt(2 ** 31));

/** mulberry32. */
function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

let log: SignedLog;
let dense: RawEvent[];
let sparse: RawEvent[];
let keys: Verifier[];
const sparsely = (events: readonly RawEvent[]) =>
  events.map((event) => ({ ...event, position: event.position * 7n + 3n }));

beforeAll(async () => {
  log = await SignedLog.open();
  for (const count of [1, 20, 7, 33, 2]) {
    await log.write(count);
    await log.sign();
  }
  await log.rotate();
  for (const count of [15, 40]) {
    await log.write(count);
    await log.sign();
  }
  dense = await log.events();
  sparse = sparsely(dense);
  keys = await log.verifiers();
});
afterAll(() => log.close());

/** Runs `work` so often, each with a seed of its own, which a failure names. */
async function often(runs: number, work: (random: Random, seed: number) => Promise<void>): Promise<void> {
  for (let run = 0; run < runs; run++) {
    const seed = SEED + run;
    try {
      await work(randomOf(seed), seed);
    } catch (error) {
      throw new Error(`TAMPERING_SEED=${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
}

const outsideOf = () => {
  const last = dense.findLast((event) => isCheckpointOf(log.store.logId, event))!;
  const { note } = JSON.parse(Buffer.from(last.data).toString()) as { note: string };
  return [{ ...openCheckpoint(note, log.keys.origin, keys), by: 'a checkpoint that was kept outside' }];
};

describe('a log', () => {
  test('that nobody touched is true, by any of its keys, wherever it ends behind a checkpoint', async () => {
    await often(HONEST, async (random) => {
      const key = [keys[random(keys.length)]!];
      const ends = dense.flatMap((event, at) => (isCheckpointOf(log.store.logId, event) ? [at + 1] : []));
      // The first checkpoint that a key signs stands behind the event that names the key.
      const end = ends[random(ends.length)]! + random(2);
      const isNamed = dense.slice(0, end).some(({ data }) => Buffer.from(data).includes(key[0]!.id));
      const events = (random(2) ? dense : sparse).slice(0, end);
      if (!isNamed) return;
      const checked = await checkLog(memorySource(log.store.logId, events, events[0] === dense[0]), key);
      expect(checked.events).toBe(events.length);
    });
  });

  test('that was tampered with is found out, and the first event that is wrong is named', async () => {
    const outside = outsideOf;
    const counts = { found: 0, named: 0, toName: 0 };
    await often(RUNS, async (random) => {
      const isDense = random(2) === 0;
      const { what, events, names } = tamper(log.store.logId, isDense ? dense : sparse, isDense, random);
      const wrong = await checkLog(memorySource(log.store.logId, events, isDense), [keys[0]!], outside).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(wrong instanceof LogWrong))
        throw new Error(`${what}: not found: ${String((wrong as Error)?.stack)}`);
      counts.found++;
      if (names === undefined) return;
      counts.toName++;
      if (!new RegExp(`position ${names}\\b`).test(wrong.message))
        throw new Error(`${what}: ${wrong.message}`);
      counts.named++;
    });
    expect(counts).toEqual({ found: RUNS, named: counts.toName, toName: counts.toName });
  });
});

describe('an export', () => {
  let lines: string[];
  const rowOf = (event: RawEvent) => ({
    ...{
      id: String(event.position).padStart(20, '0'),
      occurredAt: '2026-05-01T10:00:00.000Z',
      summary: 'Zoë',
    },
    metadata: { eventType: event.type, stream: event.stream, revision: event.revision },
  });

  async function exported(wanted: (event: RawEvent, index: number) => boolean): Promise<string[]> {
    const size = (await log.build()).counts.leaves;
    const named = (await log.keys.known()).map(({ verifier, endorsement }) => ({ verifier, endorsement }));
    const { origin } = log.keys;
    const sealed = new SealedLines({
      origin,
      key: await log.keys.current(),
      keys: named,
      tree: log.tree,
      size,
    });
    let text = '';
    const leaves = (await log.events()).filter((event) => !isCheckpointOf(log.store.logId, event));
    for (const [index, event] of leaves.entries())
      if (wanted(event, index)) text += await sealed.row(rowOf(event), event, index % 11 === 0);
    text += await sealed.end({ filter: {} });
    return text.split('\n').slice(0, -1);
  }
  function check(text: string, key: Verifier) {
    const checking = new ExportChecking([key]);
    if (text !== '') for (const line of text.replace(/\n$/, '').split('\n')) checking.next(line);
    return checking.done();
  }

  beforeAll(async () => {
    await log.write(1_700);
    await log.build();
    lines = await exported(({ type }) => type === 'record.archived.v1');
  });

  test('that nobody touched is true, whatever was asked for', async () => {
    await often(Math.min(HONEST, RUNS > 1_000 ? 1_000 : 15), async (random) => {
      const part = 1 + random(40);
      const from = random(2_000);
      const file = await exported((_, index) => index >= from && index % part === 0);
      const rows = file.filter((line) => !line.startsWith('{"seal":')).length;
      expect(check(`${file.join('\n')}\n`, keys[random(keys.length)]!)).toMatchObject({
        rows,
        end: { about: { filter: {} } },
      });
    });
  });

  test('of nothing is true, too', async () => {
    expect(check(`${(await exported(() => false)).join('\n')}\n`, keys[0]!)).toMatchObject({ rows: 0 });
  });

  test('that was tampered with is found out, and the line that is wrong is named', async () => {
    const foreign = JSON.stringify({ ...rowOf(dense[3]!), summary: 'Never happened' });
    await often(RUNS, async (random) => {
      const { what, text, names } = tamperLines(lines, foreign, random);
      let wrong: unknown;
      try {
        check(text, keys[0]!);
      } catch (error) {
        wrong = error;
      }
      if (!(wrong instanceof ExportWrong))
        throw new Error(`${what}: not found: ${String((wrong as Error)?.stack)}`);
      if (names !== undefined && !wrong.message.startsWith(`line ${names}:`))
        throw new Error(`${what}: ${wrong.message}`);
    });
  });
});
