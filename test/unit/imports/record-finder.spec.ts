import type { RecordDocument } from '../../../projections/crm/records';
import type { PropertyDefinition } from '../../../src/crm/properties/property.events';
import { SEES_ALL } from '../../../src/crm/properties/values/sensitivity';
import type { UniqueValues } from '../../../src/crm/records/unique/unique-values';
import type { Streams } from '../../../src/eventsourcing/streams';
import { RecordFinder } from '../../../src/imports/passes/record-finder';
import type { DocumentStore, Found } from '../../../src/read/document-store';
import type { ReadModels } from '../../../src/read/read-models';

const name = { name: 'name', hasUniqueValue: false } as PropertyDefinition;

/** A finder whose questions to the read model are answered by hand, in their order. */
function asked() {
  const questions: { answer(ids: readonly string[]): void; fail(): void }[] = [];
  const documents = {
    find: () =>
      new Promise<Found<RecordDocument>>((resolve, reject) =>
        questions.push({
          answer: (ids) => resolve({ docs: ids.map((recordId) => ({ recordId }) as RecordDocument) }),
          fail: () => reject(new Error('The store cannot be reached')),
        }),
      ),
  } as unknown as DocumentStore;
  const readModels = { collection: async () => 'records' } as unknown as ReadModels;
  const finder = new RecordFinder({} as Streams, documents, readModels, {} as UniqueValues);
  return {
    questions,
    find: (value: string, viewer = SEES_ALL) =>
      finder.find({ objectType: 'companies', by: name, value, viewer }),
    finder,
  };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('rows under way at once that name the same record ask for it once', async () => {
  const { find, questions } = asked();
  const found = Promise.all([find('Acme'), find('Acme'), find('Globex'), find('Acme')]);
  await turn();
  expect(questions).toHaveLength(2);
  questions[0]!.answer(['1']);
  questions[1]!.answer([]);
  expect(await found).toEqual([{ id: '1' }, { id: '1' }, 'none', { id: '1' }]);
});

test('a question that failed is asked again', async () => {
  const { find, questions } = asked();
  const failed = expect(Promise.all([find('Acme'), find('Acme')])).rejects.toThrow('cannot be reached');
  await turn();
  questions[0]!.fail();
  await failed;
  const again = find('Acme');
  await turn();
  questions[1]!.answer(['1', '2']);
  expect(await again).toBe('several');
});

test('what one viewer has found or written is nothing that another is told', async () => {
  const { find, finder, questions } = asked();
  const limited = { ...SEES_ALL, reach: { companies: { view: ['7'], edit: ['7'], delete: ['7'] } } };
  const all = find('Acme');
  const theirs = find('Acme', limited);
  await turn();
  expect(questions).toHaveLength(2);
  questions[0]!.answer(['1', '2']);
  questions[1]!.answer([]);
  expect(await Promise.all([all, theirs])).toEqual(['several', 'none']);
  await finder.learn({ objectType: 'companies', by: name, value: 'Globex', viewer: SEES_ALL }, '3', 1n);
  const globex = find('Globex', limited);
  await turn();
  questions[2]!.answer([]);
  expect(await globex).toBe('none');
  await finder.learn({ objectType: 'companies', by: name, value: 'Initech', viewer: limited }, '4', 2n);
  expect(await Promise.all([find('Initech'), find('Initech', limited)])).toEqual([{ id: '4' }, { id: '4' }]);
});
