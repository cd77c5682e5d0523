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
import { sideBySide } from '../../../src/point-in-time/changes/side-by-side';
import { compared } from '../../../src/restores/rows/compared';
import { comparedPairs } from '../../../src/restores/rows/pairs';
import { makePlanFile, type MadePlan } from '../../../src/restores/rows/plan-file';
import { isPair, type Row, type Scope } from '../../../src/restores/rows/plan-row';
import { countOf } from '../../../src/restores/restore.decider';
import type { RestoreModes } from '../../../src/restores/restore.events';
import { definitionOf } from '../../support/random/random-acts';
import { World } from '../../support/restores/restore-world';

const PLAIN = ['amount', 'dealname', 'dealstage'];
/** `code` is unique. */
const SELECTED = ['amount', 'code', 'dealname', 'dealstage'];
const OTHER = 'description';
const IDS = Array.from({ length: 9 }, (_, index) => `100000000000000${index}`);

type Chosen = ReadonlySet<string>;

let dataDir: string;
let files: Files;
let number = 0;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'restores-'));
  files = new Files(dataDir);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function plan(world: World, then: bigint, now: bigint, modes: RestoreModes, chosen: Chosen) {
  const file = `plans/${number++}.jsonl`;
  const scope: Scope = {
    ...{ objectType: 'deals', properties: SELECTED, picks: (id) => chosen.has(id) },
    restorable: [...SELECTED, OTHER],
  };
  const made: MadePlan = await makePlanFile({
    judged: compared({
      ...{ scopes: [scope], modes },
      pairs: () => sideBySide(world.pagesAt(then, 4), world.pagesAt(now, 3)),
      endingOf: (_type, recordId) => world.endingOf(recordId),
      isNew: (_type, recordId) => world.isNew(recordId, then),
    }),
    ...(modes.restoreAssociations && {
      pairs: comparedPairs({
        ...{ scopes: [scope], modes, changed: world.changedPairs(then), atOnce: 2 },
        endOf: ({ recordId }) => world.endOf(recordId, then),
        tookOver: async () => false,
        isDefined: () => true,
      }),
    }),
    now: () => world.pagesAt(now, 3),
    unique: () => [{ ...definitionOf('code'), hasUniqueValue: true }],
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
        release: async (row, index) => {
          await turn();
          if (left-- <= 0) throw new Killed();
          world.release(row, index);
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
const code = fc.constantFrom(null, 'c1', 'c2', 'c3', 'c4');
const values = fc.record(
  { amount: value, code, dealname: value, dealstage: value, description: value },
  { requiredKeys: ['amount'] },
);
const LINKS = [1, 2, 3].map((typeId) => ({
  ...{ category: 'USER_DEFINED' as const, typeId, inverseTypeId: typeId + 10 },
}));
const id = fc.constantFrom(...IDS);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('create' as const), id, values }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('edit' as const), id, values }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('link' as const), id, other: id, links: fc.subarray(LINKS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('archive' as const, 'unarchive' as const), id }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const), id }) },
  // Two swap what is unique, by way of nothing.
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('swap' as const), id, other: id }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function play(world: World, steps: readonly Step[], seen: Set<string>): Promise<void> {
  for (const one of steps)
    if (one.kind === 'create') {
      if (!seen.has(one.id)) world.create(one.id, { ...one.values, code: null });
      seen.add(one.id);
      world.edit(one.id, one.values);
    } else if (seen.has(one.id)) {
      if (one.kind === 'edit') world.edit(one.id, one.values);
      else if (one.kind === 'link') {
        if (seen.has(one.other) && one.other !== one.id) world.link(one.id, one.other, one.links);
      } else if (one.kind === 'swap') await swap(world, one.id, one.other);
      else world[one.kind](one.id);
    }
}

async function swap(world: World, one: string, other: string): Promise<void> {
  const [a, b] = [await world.values(one), await world.values(other)];
  if (one === other || !a['code'] || !b['code']) return;
  world.edit(one, { code: null });
  world.edit(other, { code: a['code'] });
  world.edit(one, { code: b['code'] });
}

const history = fc.record({
  before: fc.array(step, { minLength: 3, maxLength: 30 }),
  since: fc.array(step, { maxLength: 30 }),
  /** Edits while the restore runs, by the row before which they happen. */
  meanwhile: fc.array(fc.record({ id, property: fc.constantFrom(...PLAIN, OTHER) }), { maxLength: 6 }),
  kills: fc.array(fc.nat(4), { maxLength: 4 }),
  modes: fc.record({
    ...{ recreateDeleted: fc.boolean(), keepNonEmpty: fc.boolean() },
    ...{ restoreAssociations: fc.boolean(), archiveCreatedSince: fc.boolean() },
  }),
  /** Most often all. */
  chosen: fc.oneof(fc.constant(IDS), fc.subarray(IDS)),
});

/** A record of which nothing is left was linked with one that stays: it is there neither then nor now. */
const linkedAndGone: typeof history extends fc.Arbitrary<infer H> ? H : never = {
  before: [{ kind: 'create', id: IDS[0]!, values: { amount: 'a' } }],
  since: [
    { kind: 'create', id: IDS[1]!, values: { amount: 'b' } },
    { kind: 'link', id: IDS[0]!, other: IDS[1]!, links: LINKS },
    { kind: 'purge', id: IDS[1]! },
  ],
  ...{ meanwhile: [], kills: [], chosen: IDS },
  modes: {
    ...{ recreateDeleted: true, keepNonEmpty: false, restoreAssociations: true },
    archiveCreatedSince: true,
  },
};

test('whatever was edited meanwhile keeps its newer value, all else selected is as it was then', () =>
  fc.assert(
    fc.asyncProperty(history, async ({ before, since, meanwhile, kills, modes, chosen: ids }) => {
      const world = new World();
      const seen = new Set<string>();
      await play(world, before, seen);
      const then = world.head;
      const was = await statesAt(world, then);
      const linked = linksNow(world);
      await play(world, since, seen);
      const now = world.head;
      const is = await statesAt(world, now);
      const relinked = linksNow(world);
      const chosen = new Set(ids);
      const { file, summary } = await plan(world, then, now, modes, chosen);
      const rows = await jsonLines<Row>(file);
      const refused = new Set(
        rows.flatMap((row) => (!isPair(row) && row.conflict && !row.conflict.resolved ? [row.recordId] : [])),
      );

      const edited = new Map<string, string>();
      const edits = meanwhile.values();
      const { outcomes, kept } = await execute(world, file, [...kills], () => {
        const next = edits.next();
        if (next.done || is.get(next.value.id)?.archived !== false) return;
        const newer = `newer-${edited.size}`;
        if (!world.edit(next.value.id, { [next.value.property]: newer })) return;
        edited.set(`${next.value.id}/${next.value.property}`, newer);
      });
      // Whoever waits for a record that was to go into the bin is refused where that record was edited meanwhile.
      const isEdited = (id: string) => [...edited.keys()].some((key) => key.startsWith(id));
      if (rows.some((row) => row.kind === 'archive' && isEdited(row.recordId)))
        for (const { recordId, outcome, to } of kept) if (outcome === 'refused' && !to) refused.add(recordId);
      const touched = new Set([...edited.keys()].map((key) => key.split('/')[0]));

      const after = await statesAt(world, world.head);
      for (const [id, record] of after)
        for (const property of [...SELECTED, OTHER]) {
          const purged = !is.has(id);
          const restored =
            (SELECTED.includes(property) || purged) &&
            chosen.has(id) &&
            !refused.has(id) &&
            was.get(id)?.archived === false &&
            (is.get(id)?.archived === false || modes.recreateDeleted) &&
            !(modes.keepNonEmpty && is.get(id)?.values[property] !== undefined);
          const expected = edited.get(`${id}/${property}`) ?? (restored ? was : is).get(id)?.values[property];
          expect([id, property, record.values[property]]).toEqual([id, property, expected]);
        }
      for (const [id, { archived }] of is) {
        const isBack = archived && modes.recreateDeleted && was.get(id)?.archived === false;
        const isPut = !archived && modes.archiveCreatedSince && !was.has(id) && (await world.isNew(id, then));
        const isChosen = chosen.has(id) && !refused.has(id);
        if (isChosen && isPut && touched.has(id)) continue;
        const expected = isChosen && (isBack || isPut) ? !archived : archived;
        expect([id, after.get(id)?.archived]).toEqual([id, expected]);
      }
      for (const [pair, links] of linksNow(world)) {
        const both = pair.split('/');
        const is = relinked.get(pair) ?? [];
        const restored =
          modes.restoreAssociations &&
          both.some((id) => chosen.has(id)) &&
          both.every((id) => was.get(id)?.archived === false && after.get(id)?.archived === false);
        const added = modes.keepNonEmpty ? is : [];
        const expected = restored ? [...new Set([...(linked.get(pair) ?? []), ...added])] : is;
        expect([pair, links]).toEqual([pair, expected.sort()]);
      }
      expect(countOf(outcomes)).toBe(rows.length);
      expect(summary.records).toBe(rows.filter((row) => !isPair(row)).length);
      expect(outcomes.refused).toBe(refused.size + kept.filter(isRefusedPair).length);
      expect(kept).toHaveLength(countOf(outcomes) - outcomes.changed - outcomes.unchanged);
      const told = kept.map((one) => `${one.recordId}/${one.to?.recordId}`);
      expect(new Set(told).size).toBe(kept.length);
      // Carried out once more, the plan writes nothing: each row finds what it did.
      const head = world.head;
      await execute(world, file, [], () => undefined);
      expect(world.head).toBe(head);
      // The same position again: only what was edited meanwhile or refused is left to bring back.
      const again = await plan(world, then, world.head, modes, chosen);
      for (const row of await jsonLines<Row>(again.file)) {
        const left = [row.recordId, ...(isPair(row) ? [row.to.recordId] : [])];
        if (left.some((id) => refused.has(id) || touched.has(id))) continue;
        expect(row).toBeUndefined();
      }
    }),
    { numRuns: 100, examples: [[linkedAndGone]] },
  ));

const isRefusedPair = ({ outcome, to }: KeptRecord): boolean => outcome === 'refused' && to !== undefined;

function linksNow(world: World): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const one of IDS)
    for (const other of IDS)
      if (one < other) {
        const links = world.linksOf(one, other).map(({ typeId }) => typeId);
        found.set(`${one}/${other}`, links.sort());
      }
  return found;
}

async function statesAt(world: World, position: bigint) {
  const states = new Map<string, { archived: boolean; values: Readonly<Record<string, string>> }>();
  for await (const page of world.pagesAt(position)) for (const one of page) states.set(one.recordId, one);
  return states;
}
