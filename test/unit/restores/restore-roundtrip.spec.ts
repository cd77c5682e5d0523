// Planning then executing brings back exactly what was selected, whatever is edited meanwhile and wherever it is killed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { Files } from '../../../src/files/files';
import { ListWriter } from '../../../src/files/kept-list';
import {
  atTheStart,
  PlanExecution,
  type KeptRecord,
  type Watermark,
} from '../../../src/restores/execute-plan';
import { linesOf } from '../../../src/files/lines';
import { makePlanFile, type MadePlan } from '../../../src/restores/plans/plan-file';
import type { Row } from '../../../src/restores/plans/plan-row';
import type { RestoreModes, RestoreOutcomes } from '../../../src/restores/restore.events';
import { World } from '../../support/restore-world';

const SELECTED = ['amount', 'dealname', 'dealstage'];
const OTHER = 'description';
const IDS = Array.from({ length: 9 }, (_, index) => `100000000000000${index}`);

let dataDir: string;
let files: Files;
let number = 0;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'restores-'));
  files = new Files(dataDir);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function plan(world: World, then: bigint, now: bigint, modes: RestoreModes) {
  const file = `plans/${number++}.jsonl`;
  const made: MadePlan = await makePlanFile({
    scopes: [
      {
        ...{ objectType: 'deals', properties: SELECTED, unique: [], picks: () => true },
        restorable: [...SELECTED, OTHER],
      },
    ],
    modes,
    then: () => world.pagesAt(then, 4),
    now: () => world.pagesAt(now, 3),
    endingOf: (_type, recordId) => world.endingOf(recordId),
    normalised: (_type, _property, value) => value,
    notDefinedAnyMore: {},
    files,
    file,
    scratchDir: join(dataDir, 'scratch'),
    signal: new AbortController().signal,
    report: () => undefined,
  });
  return { file, ...made };
}

async function jsonLines<T>(file: string): Promise<T[]> {
  if (!(await files.stat(file))) return [];
  const items: T[] = [];
  for await (const line of linesOf(files.read(file))) items.push(JSON.parse(line) as T);
  return items;
}

class Killed extends Error {}

/** Carries the plan out; dies after so many rows each time, and goes on from the last watermark. */
async function execute(world: World, planFile: string, kills: number[], between: (row: Row) => void) {
  const list = `kept/${number++}`;
  let saved: Watermark = atTheStart;
  for (;;) {
    let left = kills.shift() ?? Infinity;
    const execution = new PlanExecution(
      {
        files,
        planFile,
        kept: new ListWriter(files, (run) => `${list}.${run}.jsonl`, saved.kept),
        saveRows: 2,
        apply: async (row, index) => {
          await turn();
          if (left-- <= 0) throw new Killed();
          between(row);
          return world.apply(row, index);
        },
        recognise: async () => undefined,
        // A process that dies saves nothing any more, though this one goes on to the end of its run.
        save: async (mark) => void (left >= 0 && (saved = mark)),
        cancelled: async () => false,
        report: () => undefined,
        signal: new AbortController().signal,
      },
      saved,
    );
    try {
      await execution.run();
      const { outcomes, kept } = execution.reached;
      return { outcomes, kept: kept ? await jsonLines<KeptRecord>(kept.file) : [] };
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
}

const value = fc.constantFrom(null, 'a', 'b', '', 'Łódź 🚀').map((text) => text || null);
const values = fc.record({ amount: value, dealname: value, dealstage: value, description: value });
const id = fc.constantFrom(...IDS);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('create' as const), id, values }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('edit' as const), id, values }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('archive' as const), id, values }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unarchive' as const), id, values }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const), id, values }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function play(world: World, steps: readonly Step[], seen: Set<string>): void {
  for (const { kind, id, values } of steps)
    if (kind === 'create') {
      if (!seen.has(id)) world.create(id, values);
      seen.add(id);
    } else if (seen.has(id)) {
      if (kind === 'edit') world.edit(id, values);
      else world[kind](id);
    }
}

const total = ({ changed, unchanged, drifted, refused, recreated }: RestoreOutcomes) =>
  changed + unchanged + drifted + refused + recreated;

const history = fc.record({
  before: fc.array(step, { minLength: 3, maxLength: 25 }),
  since: fc.array(step, { maxLength: 25 }),
  /** Edits while the restore runs, by the row before which they happen. */
  meanwhile: fc.array(fc.record({ id, property: fc.constantFrom(...SELECTED, OTHER) }), { maxLength: 6 }),
  kills: fc.array(fc.nat(4), { maxLength: 4 }),
  modes: fc.record({ recreateDeleted: fc.boolean(), keepNonEmpty: fc.boolean() }),
});

test('whatever was edited meanwhile keeps its newer value, all else selected has its value of then', () =>
  fc.assert(
    fc.asyncProperty(history, async ({ before, since, meanwhile, kills, modes }) => {
      const world = new World();
      const seen = new Set<string>();
      play(world, before, seen);
      const then = world.head;
      const was = await statesAt(world, then);
      play(world, since, seen);
      const now = world.head;
      const is = await statesAt(world, now);
      const { file, summary } = await plan(world, then, now, modes);

      const edited = new Map<string, string>();
      const edits = meanwhile.values();
      const { outcomes, kept } = await execute(world, file, [...kills], () => {
        const next = edits.next();
        if (next.done || is.get(next.value.id)?.archived !== false) return;
        const newer = `newer-${edited.size}`;
        world.edit(next.value.id, { [next.value.property]: newer });
        edited.set(`${next.value.id}/${next.value.property}`, newer);
      });

      const after = await statesAt(world, world.head);
      for (const [id, record] of after)
        for (const property of [...SELECTED, OTHER]) {
          const purged = !is.has(id);
          const restored =
            (SELECTED.includes(property) || purged) &&
            was.get(id)?.archived === false &&
            (is.get(id)?.archived === false || modes.recreateDeleted) &&
            !(modes.keepNonEmpty && is.get(id)?.values[property] !== undefined);
          const expected = edited.get(`${id}/${property}`) ?? (restored ? was : is).get(id)?.values[property];
          expect([id, property, record.values[property]]).toEqual([id, property, expected]);
        }
      expect(total(outcomes)).toBe(summary.records);
      expect(outcomes.recreated).toBe(summary.recreated);
      const gone = [...was].filter(([id, record]) => !record.archived && !is.has(id)).length;
      expect(summary.gone?.purged).toBe(modes.recreateDeleted ? 0 : gone);
      expect(kept).toHaveLength(outcomes.drifted + outcomes.refused + outcomes.recreated);
      expect(new Set(kept.map((one) => one.recordId)).size).toBe(kept.length);
      // The same position again: only what was edited meanwhile is left to bring back.
      const again = await plan(world, then, world.head, modes);
      for (const row of await jsonLines<Row>(again.file))
        for (const property of Object.keys(row.changes))
          expect(edited.has(`${row.recordId}/${property}`)).toBe(true);
    }),
    { numRuns: 150 },
  ));

async function statesAt(world: World, position: bigint) {
  const states = new Map<string, { archived: boolean; values: Readonly<Record<string, string>> }>();
  for await (const page of world.pagesAt(position)) for (const one of page) states.set(one.recordId, one);
  return states;
}
