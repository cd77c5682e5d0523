import * as fc from 'fast-check';
import {
  changeValues,
  createRecord,
  driftedIn,
  fenceRecord,
  record,
  type MergedRecord,
  type RecordState,
} from '../../../../src/crm/records/record.decider';
import {
  eraseRecord,
  cancelErasure,
  eraseWaiting,
  requestErasure,
  mergeInto,
  keepParts,
  mergeRecord,
  purgeRecord,
  recreateRecord,
  type Merging,
  archiveRecord,
  unarchiveRecord,
} from '../../../../src/crm/records/ends/record-end.decider';
import type { RecordEvents } from '../../../../src/crm/records/record.events';
import { fold } from '../../../../src/eventsourcing/decider';
import { eventsOf, type EventOf } from '../../../../src/eventsourcing/event';
import { records } from '../../../../projections/crm/records';
import { recordDocumentId } from '../../../../src/crm/records/record.vocabulary';
import { at, by, deciding, later, projecting, recorded, type Scene } from '../../../support/spec';

const ev = eventsOf<RecordEvents>();
const given = deciding(record);
const of = { objectType: 'contacts', recordId: '101' };

const created = ev('record.created.v1', {
  ...of,
  changes: {
    firstname: { from: null, to: 'Ada' },
    createdate: { from: null, to: at },
    hs_lastmodifieddate: { from: null, to: at },
    lastmodifieddate: { from: null, to: at },
    hs_object_id: { from: null, to: '101' },
  },
  before: null,
});
const before = { updatedAt: at, archived: false, archivedAt: null, revision: 0 };
const modified = {
  hs_lastmodifieddate: { from: at, to: later },
  lastmodifieddate: { from: at, to: later },
};
const archived = by(ev('record.archived.v1', { ...of, before }), { at: later });

describe('a record', () => {
  test('is created with its values and with what the system sets', () =>
    given()
      .when((state) => createRecord(state, { ...of, values: { firstname: 'Ada', lastname: null }, at }))
      .then(created));

  test('is not created twice under one id', () =>
    given(created)
      .when((state) => createRecord(state, { ...of, values: {}, at }))
      .thenRefused('record-id-taken'));

  test('can be created under an id that was fenced before', () =>
    given(ev('record.fenced.v1', { ...of, before: null }))
      .when((state) => createRecord(state, { ...of, values: { firstname: 'Ada' }, at }))
      .then(created));

  test('changes carry both sides, and the time of the change', () =>
    given(created)
      .when((state, revision) =>
        changeValues(state, revision, { values: { firstname: 'Grace', lastname: 'Hopper' }, at: later }),
      )
      .then(
        ev('record.values-changed.v1', {
          ...of,
          changes: {
            firstname: { from: 'Ada', to: 'Grace' },
            lastname: { from: null, to: 'Hopper' },
            ...modified,
          },
          before,
        }),
      ));

  test('a cleared value goes to none', () =>
    given(created)
      .when((state, revision) => changeValues(state, revision, { values: { firstname: null }, at: later }))
      .then(
        ev('record.values-changed.v1', {
          ...of,
          changes: { firstname: { from: 'Ada', to: null }, ...modified },
          before,
        }),
      ));

  test('a write that changes no value appends nothing', () =>
    given(created)
      .when((state, revision) =>
        changeValues(state, revision, { values: { firstname: 'Ada', lastname: null }, at: later }),
      )
      .thenNothing());

  test('a value that is not the expected one is left alone, the others change', () => {
    const change = {
      values: { firstname: 'Grace', lastname: 'Hopper' },
      expected: { firstname: 'Someone', lastname: null },
      at: later,
    };
    const scenario = given(created);
    scenario
      .when((state, revision) => changeValues(state, revision, change))
      .then(
        ev('record.values-changed.v1', {
          ...of,
          changes: { lastname: { from: null, to: 'Hopper' }, ...modified },
          before,
        }),
      );
    const events = changeValues(scenario.state, 0, change);
    const after = fold(record, record.initial, recorded<RecordEvents>([created, ...events]));
    expect(driftedIn(after, change.values)).toEqual(['firstname']);
  });

  test('a value that is already the wanted one has not drifted, whatever was expected', () =>
    given(created)
      .when((state, revision) =>
        changeValues(state, revision, { values: { firstname: 'Ada' }, expected: { firstname: 'X' }, at }),
      )
      .thenNothing());

  test('an archived record takes no values, and an unknown one neither', () => {
    const write = (state: RecordState, revision: number) =>
      changeValues(state, revision, { values: { firstname: 'Grace' }, at });
    given(created, archived).when(write).thenRefused('record-unknown');
    given().when(write).thenRefused('record-unknown');
  });

  test('is archived once', () => {
    given(created)
      .when(archiveRecord)
      .then(ev('record.archived.v1', { ...of, before }));
    given(created, archived).when(archiveRecord).thenNothing();
    given().when(archiveRecord).thenRefused('record-unknown');
  });

  test('comes back from the archive under its id, with its values', () => {
    given(created, archived)
      .when(unarchiveRecord)
      .then(
        ev('record.unarchived.v1', {
          ...of,
          before: { updatedAt: later, archived: true, archivedAt: later, revision: 1 },
        }),
      );
    given(created).when(unarchiveRecord).thenNothing();
  });

  test('a fence says what stood before it and changes nothing', () => {
    given(created)
      .when((state, revision) => fenceRecord(state, revision, of))
      .then(ev('record.fenced.v1', { ...of, before }));
    given()
      .when((state, revision) => fenceRecord(state, revision, of))
      .then(ev('record.fenced.v1', { ...of, before: null }));
  });
});

const gone = {
  merged: ev('record.merged-into.v1', { ...of, intoId: '102', before }),
  purged: ev('record.purged.v1', {
    ...of,
    before: { updatedAt: later, archived: true, archivedAt: later, revision: 1 },
  }),
  erased: ev('record.erased.v1', { ...of, before }),
};

describe('a record that has ended', () => {
  test('tells by its refusal what became of it', () => {
    const write = (state: RecordState, revision: number) =>
      changeValues(state, revision, { values: { firstname: 'Grace' }, at });
    given(created, gone.merged).when(write).thenRefused('record-merged');
    given(created, archived, gone.purged).when(unarchiveRecord).thenRefused('record-purged');
    given(created, gone.erased).when(archiveRecord).thenRefused('record-erased');
    given(created, gone.erased)
      .when((state) => createRecord(state, { ...of, values: {}, at }))
      .thenRefused('record-id-taken');
  });

  test('was merged into one other record, for good', () => {
    const merge = (intoId: string) => (state: RecordState, revision: number) =>
      mergeInto(state, revision, intoId);
    given(created).when(merge('102')).then(gone.merged);
    given(created, gone.merged).when(merge('102')).thenNothing();
    given(created, gone.merged).when(merge('103')).thenRefused('record-merged');
    given(created, archived).when(merge('102')).thenRefused('record-unknown');
  });

  test('leaves its survivor what that has no value for, and its e-mail as an additional one', () => {
    const merged = (values: Record<string, string>): MergedRecord => ({
      ...{ status: 'merged', objectType: 'contacts', recordId: '102', intoId: '101', createdAt: at },
      values,
    });
    const ada = { ...created.data.changes, email: { from: null, to: 'ada@example.com' } };
    const survivor = given({ ...created, data: { ...created.data, changes: ada } });
    const takes = (values: Record<string, string>, lost: Merging['lost'] = []) => {
      const merging = { merged: merged(values), at: later, lost };
      const { data } = mergeRecord(survivor.state, 0, merging)[0];
      return Object.fromEntries(Object.entries(data.changes).map(([name, { to }]) => [name, to]));
    };
    const set = { hs_lastmodifieddate: later, lastmodifieddate: later };
    expect(
      takes({
        firstname: 'Gus',
        city: 'Rome',
        email: 'Gus@example.com',
        hs_object_id: '102',
        createdate: '1',
      }),
    ).toEqual({ ...set, city: 'Rome', hs_additional_emails: 'Gus@example.com', hs_merged_object_ids: '102' });
    expect(
      takes({ email: 'ADA@example.com', hs_additional_emails: 'x@example.com', hs_merged_object_ids: '9;8' }),
    ).toEqual({ ...set, hs_additional_emails: 'x@example.com', hs_merged_object_ids: '102;9;8' });
    const lost = [
      { property: 'email', key: 'gus@example.com' },
      { property: 'code', key: '7' },
    ];
    expect(takes({ email: 'Gus@example.com', code: '7', plan: 'A' }, lost)).toEqual({
      ...{ ...set, plan: 'A', hs_merged_object_ids: '102' },
    });
    survivor
      .when((state) => mergeRecord(state, 0, { merged: merged({}), at, lost: [] }))
      .then(
        ev('record.merged.v1', {
          ...of,
          mergedId: '102',
          changes: {
            hs_merged_object_ids: { from: null, to: '102' },
          },
          before,
        }),
      );
  });

  test('is erased from any state, once', () => {
    given(created).when(eraseRecord).then(gone.erased);
    for (const scenes of [
      [created, gone.merged],
      [created, archived, gone.purged],
    ])
      given(...scenes)
        .when(eraseRecord)
        .then(ev('record.erased.v1', { ...of, before: null }));
    given(created, gone.erased).when(eraseRecord).thenNothing();
    given().when(eraseRecord).thenRefused('record-unknown');
  });

  test('waits to be erased where there is a cooling-off, and is what it was if that is cancelled', () => {
    const asked = ev('record.erasure-requested.v1', { ...of, dueAt: later, before });
    const cancelled = ev('record.erasure-cancelled.v1', { ...of, before: null });
    const ask = (state: RecordState) => requestErasure(state, 0, { dueAt: later });
    given(created).when(ask).then(asked);
    given().when(ask).thenRefused('record-unknown');
    for (const scenes of [
      [created, asked],
      [created, gone.erased],
    ])
      given(...scenes)
        .when(ask)
        .thenNothing();
    given(created, asked).when(cancelErasure).then(cancelled);
    given(created).when(cancelErasure).thenNothing();
    given(created, gone.erased).when(cancelErasure).thenRefused('erasure-carried-out');
    given(created, asked).when(archiveRecord).thenRefused('record-erased');
    given(created, asked)
      .when(eraseWaiting)
      .then(ev('record.erased.v1', { ...of, before: null }));
    given(created, asked, cancelled).when(eraseWaiting).thenNothing();
    for (const scenes of [
      [created],
      [created, archived],
      [created, gone.merged],
      [created, archived, gone.purged],
    ])
      expect(given(...scenes, asked, cancelled).state).toEqual(given(...scenes).state);
  });

  test('is purged from the recycle bin only', () => {
    given(created, archived).when(purgeRecord).then(gone.purged);
    for (const scenes of [[], [created], [created, archived, gone.purged], [created, gone.erased]])
      given(...scenes)
        .when(purgeRecord)
        .thenNothing();
  });

  test('comes back after a purge with its creation date; erased it never does', () => {
    const recreate = (state: RecordState) =>
      recreateRecord(state, { values: { firstname: 'Ada' }, at: later, parts: [] });
    given(created, archived, gone.purged)
      .when(recreate)
      .then(
        ev('record.recreated.v1', {
          ...of,
          changes: {
            firstname: { from: null, to: 'Ada' },
            hs_object_source: { from: null, to: 'API' },
            hs_object_source_label: { from: null, to: 'API' },
            createdate: { from: null, to: at },
            hs_lastmodifieddate: { from: null, to: later },
            lastmodifieddate: { from: null, to: later },
            hs_object_id: { from: null, to: '101' },
          },
          before: null,
        }),
      );
    const withParts = (state: RecordState) => recreateRecord(state, { values: {}, at, parts: ['7', '8'] });
    const [back] = withParts(given(created, archived, gone.purged).state);
    expect(back?.data).toMatchObject({ changes: { hs_merged_object_ids: { from: null, to: '7;8' } } });
    given(created).when(recreate).thenNothing();
    given(created, gone.erased).when(recreate).thenRefused('record-erased');
    given(created, gone.merged).when(recreate).thenRefused('record-merged');
  });
});

describe('what was merged into a record', () => {
  const listed = { ...created.data.changes, hs_merged_object_ids: { from: null, to: '7;8' } };
  const survivor = { ...created, data: { ...created.data, changes: listed } };
  const keep =
    (...parts: string[]) =>
    (state: RecordState, revision: number) =>
      keepParts(state, revision, { parts, at: later });
  const set = {
    hs_lastmodifieddate: { from: at, to: later },
    lastmodifieddate: { from: at, to: later },
  };

  test('is forgotten where it is a record of its own again', () => {
    for (const [parts, to] of [
      [['8'], '8'],
      [[], null],
    ] as const)
      given(survivor)
        .when(keep(...parts))
        .then(
          ev('record.values-changed.v1', {
            ...of,
            changes: { hs_merged_object_ids: { from: '7;8', to }, ...set },
            before,
          }),
        );
    given(survivor).when(keep('7', '8')).thenNothing();
    given(created).when(keep()).thenNothing();
    given(survivor, gone.erased).when(keep()).thenNothing();
  });

  test('stands in its own stream, too, also when both are gone', () => {
    const links = { mergedIds: ['7', '8'], intoId: '102' };
    const purged = given(survivor, gone.merged, gone.purged);
    expect(purged.state).toMatchObject({ status: 'purged', ...links });
    expect(given(survivor, gone.merged, gone.purged, gone.erased).state).toMatchObject({
      status: 'erased',
      ...links,
    });
    expect(given(survivor, archived, gone.purged).state).not.toHaveProperty('intoId');
  });
});

/** Random histories, each event decided on the state before it. */
const values = fc.dictionary(
  fc.constantFrom('firstname', 'lastname', 'amount', 'notes'),
  fc.option(fc.oneof(fc.constantFrom('1', '-2.50', 'x', '0x1'), fc.string({ minLength: 1 })), { nil: null }),
);
const step = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), values }),
  fc.record({ kind: fc.constant('change' as const), values }),
  fc.record({
    kind: fc.constantFrom(
      ...(['archive', 'unarchive', 'fence', 'merge', 'purge', 'recreate', 'erase'] as const),
    ),
    values,
  }),
);

test('the folded stream of a record is its document, whatever happened to it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let scenes: Scene<RecordEvents>[] = [];
      for (const [index, next] of steps.entries()) {
        const state = fold(record, record.initial, recorded(scenes));
        const time = new Date(Date.parse(at) + index * 1_000).toISOString();
        const decided = decide(state, scenes.length - 1, next, time);
        scenes = [...scenes, ...decided.map((event) => by(event, { at: time }, 'contact-101'))];
      }
      const state = fold(record, record.initial, recorded(scenes));
      const document = projecting(records).given(...scenes).documents[recordDocumentId('contacts', '101')];
      if (state.status !== 'live' && state.status !== 'archived') return expect(document).toBeUndefined();
      // What the bin asks of a stream, no reader of documents does.
      const { status, archivedIn: _, ...rest } = state;
      expect(document).toMatchObject({
        ...rest,
        archived: status === 'archived',
        revision: scenes.length - 1,
      });
      expect(document?.values).toEqual(state.values);
    }),
  );
});

function decide(
  state: RecordState,
  revision: number,
  next: { kind: string; values?: Record<string, string | null> },
  time: string,
): EventOf<RecordEvents>[] {
  if (next.kind === 'fence') return fenceRecord(state, revision, of);
  if (next.kind === 'create')
    return state.status === 'none' ? createRecord(state, { ...of, values: next.values!, at: time }) : [];
  if (next.kind === 'recreate')
    return state.status === 'purged'
      ? recreateRecord(state, { values: next.values!, at: time, parts: [] })
      : [];
  if (next.kind === 'purge') return purgeRecord(state, revision);
  if (next.kind === 'erase') return state.status === 'none' ? [] : eraseRecord(state, revision);
  if (state.status !== 'live' && state.status !== 'archived') return [];
  if (next.kind === 'merge') return state.status === 'live' ? mergeInto(state, revision, '102') : [];
  if (next.kind === 'archive') return archiveRecord(state, revision);
  if (next.kind === 'unarchive') return unarchiveRecord(state, revision);
  return state.status === 'live' ? changeValues(state, revision, { values: next.values!, at: time }) : [];
}
