// The chore that moves unique values reserved by earlier versions: all of them, once, however often it is ended.
import type { Doc, DocumentStore } from '../../../../src/read/document-store';
import type { ReadModels } from '../../../../src/read/read-models';
import { define } from '../../../../src/crm/properties/standard/definition';
import { KeyMoves } from '../../../../src/crm/records/unique/key-moves';
import type { UniqueValues } from '../../../../src/crm/records/unique/unique-values';
import type { Streams } from '../../../../src/eventsourcing/streams';
import { oneRound } from '../../../support/rounds';

const code = define('', 'text', 'code', 'Code', { hasUniqueValue: true });
const COUNT = 260;
const PAGE = 100;
const ids = Array.from({ length: COUNT }, (_, n) => String(n + 1));

let states: Map<string, unknown>;
let moved: string[];
/** Called before a record is moved: rejects where the move fails. */
let before: (id: string) => void;
let sweep: () => Promise<unknown[]>;
beforeEach(() => {
  states = new Map();
  moved = [];
  before = () => undefined;
  const documents = {
    getState: async (key: string) => states.get(key),
    setState: async (key: string, state: unknown) => void states.set(key, state),
  } as Partial<DocumentStore>;
  const contacts = ids.map(
    (recordId) => ({ recordId, values: { code: `sku-${recordId}` } }) as unknown as Doc,
  );
  const readModels = {
    waitFor: async () => undefined,
    async *pages({ name }: { readonly name: string }, { filter }: { filter?: { objectType?: string } }) {
      if (name !== 'records' || filter?.objectType !== 'contacts') return;
      for (let at = 0; at < COUNT; at += PAGE) yield contacts.slice(at, at + PAGE);
    },
  };
  const uniqueValues = {
    uniqueOf: async (objectType: string) => (objectType === 'contacts' ? [code] : []),
    moveKeys: async (_objectType: string, recordId: string) => {
      before(recordId);
      moved.push(recordId);
    },
  } as Partial<UniqueValues>;
  const chore = new KeyMoves(
    { store: { head: async () => 0n } } as unknown as Streams,
    documents as DocumentStore,
    readModels as unknown as ReadModels,
    uniqueValues as UniqueValues,
  );
  sweep = () => oneRound((round) => chore.sweep(round));
});

test('every record that has such a value is moved, and then none is looked at again', async () => {
  expect(await sweep()).toEqual([]);
  expect(moved).toEqual(ids);
  await sweep();
  expect(moved).toHaveLength(COUNT);
});

test('what fails is left for the next round, and the rest goes on', async () => {
  before = (id) => {
    if (id === '100') throw new Error('away');
  };
  expect(await sweep()).toHaveLength(1);
  expect(moved).toEqual(ids.filter((id) => id !== '100'));
  [moved, before] = [[], () => undefined];
  await sweep();
  expect(moved).toEqual(ids);
});
