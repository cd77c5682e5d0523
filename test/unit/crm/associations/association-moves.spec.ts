import { associations } from '../../../../projections/crm/associations';
import { associationDocumentId } from '../../../../src/crm/associations/association.vocabulary';
import { AssociationMoves } from '../../../../src/crm/associations/association-moves';
import { AssociationTypes } from '../../../../src/crm/associations/types/association-types';
import { AssociationWriter } from '../../../../src/crm/associations/association-writer';
import { createRecord, record } from '../../../../src/crm/records/record.decider';
import { mergeInto } from '../../../../src/crm/records/ends/record-end.decider';
import type { Link } from '../../../../src/crm/associations/association.events';
import { contents, openStores, ReadSide, type Stores } from '../../../support/read-side';
import { meta } from '../../../support/spec';

let stores: Stores;
let side: ReadSide;
let writer: AssociationWriter;
let moves: AssociationMoves;
beforeAll(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [associations]).start();
  writer = new AssociationWriter(side.streams, new AssociationTypes(side.streams));
  moves = new AssociationMoves(side.streams, side.models, writer);
});
afterAll(async () => {
  await side.stop();
  await stores.close();
});

const usual: Link = { category: 'HUBSPOT_DEFINED', typeId: 279, inverseTypeId: 280 };
const primary: Link = { category: 'HUBSPOT_DEFINED', typeId: 1, inverseTypeId: 2 };
const friends: Link = { category: 'HUBSPOT_DEFINED', typeId: 449, inverseTypeId: 449 };
const contact = (recordId: string) => ({ objectType: 'contacts', recordId });
const company = (n: number) => ({ objectType: 'companies', recordId: String(1_000 + n) });
/** More than are read at once. */
const MANY = 230;

const link = (from: string, n: number, links: readonly Link[], name: string) =>
  writer.add(contact(from), company(n), links, { meta: { ...meta, commandId: `${name}-${n}` } });

async function pairs(): Promise<string[]> {
  await side.settled(associations);
  const found = await contents(stores.documents, await side.models.collection(associations));
  return [...found.keys()].sort();
}

test('all associations of a record move to another, and a repeat changes nothing', async () => {
  for (let n = 0; n < MANY; n++) await link('1', n, n === 3 ? [usual, primary] : [usual], 'first');
  await link('2', 3, [usual], 'second');
  await writer.add(contact('1'), contact('2'), [friends], { meta: { ...meta, commandId: 'friends' } });
  const merging = { ...meta, commandId: 'merge' };
  expect(await moves.moveAssociations(contact('1'), '2', merging)).toBe(MANY + 1);
  const expected = Array.from({ length: MANY }, (_, n) => associationDocumentId(contact('2'), company(n)));
  expect((await pairs()).filter((id) => id.startsWith('contacts/'))).toEqual(expected);
  const third = await side.models.get(associations, associationDocumentId(contact('2'), company(3)));
  expect(third!.links.map(({ typeId }) => typeId).sort()).toEqual([1, 279]);
  const head = await stores.log.head();
  expect(await moves.moveAssociations(contact('1'), '2', merging)).toBe(0);
  expect(await stores.log.head()).toBe(head);
});

test('a move that was cut off goes on under the same command', async () => {
  await link('3', 500, [usual], 'third');
  await link('3', 501, [usual], 'third');
  const merging = { ...meta, commandId: 'merge-again' };
  // Just this much was done before the crash.
  await writer.add(contact('4'), company(500), [usual], { meta: merging });
  expect(await moves.moveAssociations(contact('3'), '4', merging)).toBe(2);
  const left = (await pairs()).filter((id) => /^contacts\/0*[34]\//.test(id));
  expect(left).toEqual([500, 501].map((n) => associationDocumentId(contact('4'), company(n))));
});

test('two associated records that are merged at the same time leave their survivors associated', async () => {
  const merged = async (recordId: string, intoId: string) => {
    const stream = `contact-${recordId}`;
    const values = { ...contact(recordId), values: {}, at: meta.at };
    const own = (name: string) => ({ ...meta, commandId: `${name}-${recordId}` });
    await side.streams.change(record, stream, (state) => createRecord(state, values), own('create'));
    await side.streams.change(record, stream, (state, at) => mergeInto(state, at, intoId), own('end'));
  };
  await writer.add(contact('701'), contact('703'), [friends], { meta: { ...meta, commandId: 'met' } });
  await merged('701', '702');
  await merged('703', '704');
  // The move of the other has looked before this pair was there: nobody else will take it on.
  await moves.moveAssociations(contact('701'), '702', { ...meta, commandId: 'merge-701' });
  const left = (await pairs()).filter((id) => /contacts\/0*70/.test(id));
  const [one, other] = [contact('702'), contact('704')];
  expect(left).toEqual([associationDocumentId(one, other), associationDocumentId(other, one)]);
});

test('all associations of a record are removed', async () => {
  expect(await moves.removeAssociations(contact('2'), { ...meta, commandId: 'erase' })).toBe(MANY);
  expect((await pairs()).filter((id) => /contacts\/0*2\b/.test(id))).toEqual([]);
  expect(await moves.removeAssociations(contact('2'), { ...meta, commandId: 'erase' })).toBe(0);
});
