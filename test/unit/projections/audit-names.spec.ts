// What rows of the audit log keep of a record's name and values, and what an erasure leaves of them.
import { audit } from '../../../projections/audit/audit';
import type { AuditedEvents } from '../../../src/audit/audit-rows.vocabulary';
import type { Doc } from '../../../src/read/document-store';
import { openStores, ReadSide, type Stores } from '../../support/read-side';
import { event } from '../../support/read-side';
import { projecting, type Scene } from '../../support/spec';

const ada = { objectType: 'contacts', recordId: '1' };
const before = { updatedAt: '2024-04-01T00:00:00.000Z', archived: false, archivedAt: null, revision: 0 };
type Type = keyof AuditedEvents;
const scene = (type: Type, data: object) => ({ type, data }) as unknown as Scene<AuditedEvents>;
const created = scene('record.created.v1', {
  ...ada,
  ...{ name: 'Ada Lovelace', sensitive: ['ssn'], before: null },
  changes: { email: { from: null, to: 'Ada Lovelace' }, ssn: { from: null, to: '123' } },
});
const other = scene('record.archived.v1', { objectType: 'companies', recordId: '1', name: 'Acme', before });
const archived = scene('record.archived.v1', { ...ada, name: 'Ada Lovelace', before });
const waits = scene('record.erasure-requested.v1', { ...ada, dueAt: '2024-06-01T00:00:00.000Z', before });
const cancelled = scene('record.erasure-cancelled.v1', { ...ada, before: null });
const erased = scene('record.erased.v1', { ...ada, before });

const rows = (...scenes: Scene<AuditedEvents>[]) =>
  Object.values(projecting(audit).given(...scenes).documents);
const text = (row: unknown) => JSON.stringify(row).toLowerCase();

test('a row is found by the name at the time, by names of properties and digests of values', () => {
  const [row] = rows(created);
  expect(row!.target).toEqual({ ...{ type: 'contacts', id: '1' }, label: 'Ada Lovelace' });
  expect(row!.terms).toEqual(
    expect.arrayContaining(['ada', 'lovelace', '#email', '=digest of ADA LOVELACE']),
  );
});

test('of a sensitive property neither the name nor a digest is kept, nor of a change that does not say what is', () => {
  expect(text(rows(created))).not.toMatch(/ssn|123/);
  const { sensitive: _, ...untold } = created.data as unknown as { sensitive: unknown };
  const old = scene('record.created.v1', untold);
  expect(rows(old)[0]!.terms).toEqual(expect.not.arrayContaining(['#email', '=digest of ADA LOVELACE']));
});

test('while an erasure waits, name and digests are found nowhere, and come back when it is cancelled', () => {
  const [first, , second] = rows(created, other, archived, waits);
  for (const row of [first!, second!])
    expect(text({ ...row, waiting: undefined })).not.toMatch(/ada|lovelace/);
  expect(first!.terms).toContain('#email');
  const [again] = rows(created, other, archived, waits, cancelled);
  expect(again).toEqual(rows(created)[0]);
});

test.each([[[erased]], [[waits, erased]]])(
  'an erasure leaves nothing of either, whatever came before',
  (ends) => {
    const [first, acme, last] = rows(created, other, archived, ...ends);
    expect(text([first, last])).not.toMatch(/ada|lovelace|waiting/);
    expect(first!.terms).toEqual(expect.arrayContaining(['created', 'contact', '#email', 'source.type=API']));
    expect(acme!.target!.label).toBe('Acme');
  },
);

describe('of a record with thousands of rows', () => {
  let stores: Stores;
  beforeAll(async () => void (stores = await openStores()));
  afterAll(() => stores.close());

  test('the erasure reaches all, in the store too, and a rebuild gives the same', async () => {
    const { log, documents } = stores;
    const events = [created, ...Array.from({ length: 1_200 }, () => archived), erased, other];
    for (let at = 0; at < events.length; at += 300)
      await log.append(
        'contact-1',
        events.slice(at, at + 300).map(({ type, data }) => event(type, data)),
        at - 1,
      );
    const side = await new ReadSide(log, documents, [audit]).start();
    await side.settled(audit);
    const all = await contents(side);
    expect(all).toHaveLength(events.length);
    expect(text(all.filter(({ target }) => target?.type === 'contacts'))).not.toMatch(/ada|lovelace/);
    expect(await side.models.count(audit, { terms: { $all: ['lovelace'] } })).toBe(0);
    expect(await side.models.count(audit, { terms: { $all: ['acme'] } })).toBe(1);
    await side.stop();
  });
});

async function contents(side: ReadSide) {
  const all: (Doc & { target?: { type: string } })[] = [];
  for await (const page of side.models.pages(audit, { sort: ['id'], limit: 500 })) all.push(...page);
  return all;
}
