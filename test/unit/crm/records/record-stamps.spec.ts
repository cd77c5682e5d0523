// Where a record comes from and who changed it last, as the metadata of its events tells.
import fc from 'fast-check';
import type { RecordEvents } from '../../../../src/crm/records/record.events';
import { record } from '../../../../src/crm/records/record.decider';
import { mergeRecord, recreateRecord } from '../../../../src/crm/records/ends/record-end.decider';
import { STAMPS } from '../../../../src/crm/records/record-stamps.vocabulary';
import { eventsOf, type Meta } from '../../../../src/eventsourcing/event';
import { fold } from '../../../../src/eventsourcing/decider';
import { recordHistory } from '../../../../src/point-in-time/record-at';
import { documentOf } from '../../../../src/point-in-time/record-test';
import { records } from '../../../../projections/crm/records';
import { elsewhere, makers, stamped } from '../../../support/random/random-makers';
import { at, by, deciding, later, meta, projecting, recorded, type Scene } from '../../../support/spec';

const ev = eventsOf<RecordEvents>();
const of = { objectType: 'contacts', recordId: '101' };
const before = { updatedAt: at, archived: false, archivedAt: null, revision: 0 };
const set = (values: Readonly<Record<string, string | null>>) =>
  Object.fromEntries(Object.entries(values).map(([name, to]) => [name, { from: null, to }]));
const user = (id: string): Pick<Meta, 'actor' | 'source'> => ({
  ...{ actor: { type: 'user', id, userId: id }, source: { type: 'API' } },
});
const made = (who: Partial<Meta>, values: Readonly<Record<string, string>> = {}) =>
  by(ev('record.created.v1', { ...of, changes: set({ city: 'Oslo', ...values }), before: null }), who);
const changed = (who: Partial<Meta>, to = 'Rome') =>
  by(ev('record.values-changed.v1', { ...of, changes: set({ city: to }), before }), who);
const archived = ev('record.archived.v1', { ...of, before });
const purged = ev('record.purged.v1', { ...of, before });

const given = deciding(record);
const valuesOf = (...scenes: Scene<RecordEvents>[]) => {
  const { state } = given(...scenes);
  if (!('values' in state)) throw new Error('The record has ended');
  return state.values;
};
const stampsIn = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => STAMPS.has(name)));
const stampsAfter = (...scenes: Scene<RecordEvents>[]) => stampsIn(valuesOf(...scenes));

describe('A record', () => {
  test.each<[string, Partial<Meta>, object]>([
    ['a person', user('11'), { hs_object_source: 'API', hs_object_source_label: 'API' }],
    [
      'an API key',
      { actor: { type: 'apiKey', id: '7', userId: '11' } },
      { hs_object_source: 'INTEGRATION', hs_object_source_id: '7', hs_object_source_label: 'INTEGRATION' },
    ],
    [
      'an import, whoever asked for it',
      { actor: { type: 'import', id: '17', userId: '11', keyId: '7' }, source: { type: 'IMPORT', id: '17' } },
      { hs_object_source: 'IMPORT', hs_object_source_id: '17', hs_object_source_label: 'IMPORT' },
    ],
  ])('tells that %s made it', (_, who, source) => {
    const people = { hs_created_by_user_id: '11', hs_updated_by_user_id: '11' };
    expect(stampsAfter(made(who))).toEqual({ ...source, ...people });
  });

  test('names nobody where no user was behind it: a part of Strata, or an employee of the vendor', () => {
    const part: Partial<Meta> = { actor: { type: 'system', id: 'part' }, source: { type: 'SYSTEM' } };
    const employee: Partial<Meta> = { actor: { type: 'employee', id: 'employee-1', userId: 'employee-1' } };
    expect(stampsAfter(made(part))).toEqual({ hs_object_source: 'SYSTEM', hs_object_source_label: 'SYSTEM' });
    expect(stampsAfter(made(employee))).not.toHaveProperty('hs_created_by_user_id');
    expect(stampsAfter(made(user('11')), changed(part))).not.toHaveProperty('hs_updated_by_user_id');
  });

  test('keeps who made it, and tells who changed its values last; the bin changes none', () => {
    const stamps = stampsAfter(made(user('11')), changed(user('12')), by(archived, user('13')));
    expect(stamps).toMatchObject({ hs_created_by_user_id: '11', hs_updated_by_user_id: '12' });
  });

  test('that was loaded has what its file says, and what that leaves out is empty', () => {
    const load: Partial<Meta> = {
      ...{ actor: { type: 'load', id: '6', userId: '11' }, source: { type: 'LOAD', id: '6' } },
    };
    expect(stampsAfter(made(load, elsewhere(0)))).toEqual(elsewhere(0));
    expect(stampsAfter(made(load, elsewhere(1)))).toEqual(elsewhere(1));
    expect(stampsAfter(made(load))).toMatchObject({
      ...{ hs_object_source: 'LOAD', hs_object_source_id: '6', hs_created_by_user_id: '11' },
    });
  });

  test('that survives a merge stays what it was, and was changed by whoever merged', () => {
    const merged = { ...of, recordId: '102', status: 'merged', intoId: '101', createdAt: at } as const;
    const values = valuesOf(made({ actor: { type: 'apiKey', id: '7', userId: '12' } }));
    const { state } = given(made(user('11')));
    const [event] = mergeRecord(state, 0, { merged: { ...merged, values }, at: later, lost: [] });
    expect(Object.keys(event.data.changes).filter((name) => STAMPS.has(name))).toEqual([]);
    expect(event.data.before).toMatchObject({ updatedBy: '11' });
    expect(stampsAfter(made(user('11')), by(event, user('13')))).toEqual({
      ...stampsAfter(made(user('11'))),
      hs_updated_by_user_id: '13',
    });
  });

  test('that comes back after a purge comes from where it came from at first', () => {
    const scenes = [made(user('11')), archived, purged];
    const [back] = recreateRecord(given(...scenes).state, { values: {}, at: later, parts: [] });
    const restore: Partial<Meta> = {
      ...{ actor: { type: 'restore', id: '8', userId: '12' }, source: { type: 'RESTORE', id: '8' } },
    };
    expect(stampsAfter(...scenes, by(back!, restore))).toEqual({
      ...stampsAfter(made(user('11'))),
      hs_updated_by_user_id: '12',
    });
    // As an event of an earlier version says it.
    const older = ev('record.recreated.v1', { ...of, changes: set({ city: 'Oslo' }), before: null });
    expect(stampsAfter(...scenes, by(older, restore))).toMatchObject({
      ...{ hs_object_source: 'RESTORE', hs_object_source_id: '8' },
    });
  });
});

/** What happens to a record after its creation, by whom. */
const step = fc.record({ kind: fc.constantFrom('change', 'bin', 'purge'), by: fc.nat(makers.length - 1) });

test('projection, decider and fold of a stream say the same, and what plain code makes of the metadata', () =>
  fc.assert(
    fc.property(
      fc.nat(makers.length - 1),
      fc.boolean(),
      fc.array(step, { maxLength: 8 }),
      (first, told, all) => {
        const scenes: Scene<RecordEvents>[] = [made(makers[first]!, told ? elsewhere(first) : {})];
        for (const { kind, by: n } of all) {
          const who = { ...meta, ...makers[n]! };
          if (kind === 'change') scenes.push(changed(who, String(scenes.length)));
          if (kind === 'bin')
            scenes.push(by(archived, who), by(ev('record.unarchived.v1', { ...of, before }), who));
          if (kind !== 'purge') continue;
          scenes.push(by(archived, who), by(purged, who));
          const [back] = recreateRecord(given(...scenes).state, { values: {}, at: later, parts: [] });
          scenes.push(by(back!, who));
        }
        const expected: Record<string, string | null> = {};
        for (const { type, data, meta: who } of recorded(scenes))
          if ('changes' in data) {
            if (data.before === null) for (const name of STAMPS) delete expected[name];
            for (const name of STAMPS) if (name in data.changes) expected[name] = data.changes[name]!.to;
            Object.assign(expected, stamped(type, data.changes, who));
          }
        const told1 = Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== null));
        const [document] = Object.values(projecting(records).given(...scenes).documents);
        const history = fold(recordHistory, recordHistory.initial, recorded(scenes));
        expect(stampsAfter(...scenes)).toEqual(told1);
        expect(stampsIn(history!.values)).toEqual(told1);
        expect(stampsIn(document!.values)).toEqual(told1);
        expect(documentOf(history!)).toMatchObject({ numbers: document!.numbers });
        expect(document!.numbers).not.toHaveProperty('hs_object_source_id');
      },
    ),
  ));
