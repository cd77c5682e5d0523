// One event of every type, as it is appended.
import type { PropertyDefinition } from '../../src/crm/property.events';
import type { ObjectSchema } from '../../src/crm/schema.events';
import type { AuditedEvents } from '../../projections/audit-rows';

const schema: ObjectSchema = {
  name: 'car',
  objectTypeId: '2-5301000000000000',
  labels: { singular: 'Car', plural: 'Cars' },
  description: '',
  primaryDisplayProperty: 'plate',
  secondaryDisplayProperties: [],
  requiredProperties: ['plate'],
  searchableProperties: ['plate'],
  allowsSensitiveProperties: false,
};
const definition: PropertyDefinition = {
  name: 'favourite_colour',
  label: 'Favourite colour',
  type: 'string',
  fieldType: 'text',
  groupName: 'contactinformation',
  description: '',
  options: [],
  displayOrder: -1,
  hasUniqueValue: false,
  hidden: false,
  formField: false,
  dataSensitivity: 'non_sensitive',
  readOnlyValue: false,
};
const ada = { objectType: 'contacts', recordId: '1854000000000000' };
const before = { updatedAt: '2024-04-01T00:00:00.000Z', archived: false, archivedAt: null, revision: 0 };
const counters = { totalRows: 2, createdObjects: 1, updatedObjects: 0, unchangedObjects: 0, errors: 1 };
const outcomes = { changed: 1, unchanged: 0, drifted: 0, refused: 0, recreated: 0 };
const summary = {
  ...{ records: 1, changes: 1, cleared: 0, recreated: 0, missing: 0, createdSince: 0, conflicts: 0 },
  ...{ byObject: { contacts: 1 }, byProperty: { contacts: { email: 1 } }, notDefinedAnyMore: {} },
};

const acme = { objectType: 'companies', recordId: '1854000000000002' };
const atAcme = { category: 'HUBSPOT_DEFINED', typeId: 280, inverseTypeId: 279 } as const;
const advisor = { category: 'USER_DEFINED', typeId: 100_002, inverseTypeId: 100_001 } as const;

export const samples: { readonly [K in keyof AuditedEvents]: AuditedEvents[K] } = {
  'record.created.v1': {
    ...ada,
    changes: { email: { from: null, to: 'ada@example.com' }, firstname: { from: null, to: 'Ada' } },
    before: null,
  },
  'record.values-changed.v1': {
    ...ada,
    changes: {
      firstname: { from: 'Ada', to: 'Augusta' },
      hs_lastmodifieddate: { from: '2024-04-01T00:00:00.000Z', to: '2024-05-01T10:00:00.000Z' },
    },
    before,
  },
  'record.archived.v1': { ...ada, before },
  'record.unarchived.v1': { ...ada, before: { ...before, archived: true, archivedAt: before.updatedAt } },
  'record.fenced.v1': { ...ada, before },
  'record.merged.v1': {
    ...ada,
    mergedId: '1854000000000002',
    changes: {
      city: { from: null, to: 'London' },
      hs_merged_object_ids: { from: null, to: '1854000000000002' },
    },
    before,
  },
  'record.merged-into.v1': { ...ada, intoId: '1854000000000002', before },
  'record.erased.v1': { ...ada, before },
  'record.purged.v1': { ...ada, before: { ...before, archived: true, archivedAt: before.updatedAt } },
  'record.recreated.v1': {
    ...ada,
    changes: {
      firstname: { from: null, to: 'Ada' },
      createdate: { from: null, to: '2024-04-01T00:00:00.000Z' },
      hs_object_id: { from: null, to: ada.recordId },
    },
    before: null,
  },
  'reservation.taken.v1': { holder: `contact-${ada.recordId}` },
  'reservation.released.v1': { holder: `contact-${ada.recordId}` },
  'idempotency.accepted.v1': { commandId: 'c', requestHash: 'h', recordIdBase: ada.recordId },
  'property.created.v1': { objectType: 'contacts', definition },
  'property.changed.v1': {
    objectType: 'contacts',
    name: 'favourite_colour',
    from: { label: 'Favourite colour' },
    to: { label: 'Colour' },
  },
  'property.archived.v1': { objectType: 'contacts', name: 'favourite_colour' },
  'property.recreated.v1': { objectType: 'contacts', definition },
  'schema.created.v1': { schema },
  'schema.changed.v1': {
    name: 'car',
    from: { description: '' },
    to: { description: 'What we lend' },
  },
  'schema.archived.v1': { name: 'car' },
  'schema.recreated.v1': { schema },
  'association.created.v1': { from: acme, to: ada, links: { from: [], to: [atAcme] } },
  'association.changed.v1': { from: acme, to: ada, links: { from: [atAcme], to: [atAcme, advisor] } },
  'association.removed.v1': { from: acme, to: ada, links: { from: [atAcme], to: [] } },
  'associationtype.defined.v1': {
    ...{ typeId: 100_001, inverseTypeId: 100_002, fromType: 'contacts', toType: 'companies' },
    ...{ category: 'USER_DEFINED', name: 'advisor', label: 'Advises', inverseLabel: 'Advisor' },
  },
  'associationtype.relabelled.v1': {
    typeId: 100_001,
    from: { label: 'Advises', inverseLabel: 'Advisor' },
    to: { label: 'Counsels', inverseLabel: 'Counsel' },
  },
  'associationtype.archived.v1': { typeId: 100_001 },
  'pipeline.created.v1': {
    objectType: 'deals',
    pipeline: {
      id: 'partners',
      label: 'Partners',
      displayOrder: 1,
      stages: [{ id: 'talk', label: 'Talk', displayOrder: 0, metadata: { probability: '0.1' } }],
    },
  },
  'pipeline.changed.v1': {
    objectType: 'deals',
    pipelineId: 'partners',
    from: { label: 'Partners' },
    to: { label: 'Partner deals' },
  },
  'pipeline.archived.v1': { objectType: 'deals', pipelineId: 'partners' },
  'pipeline.unarchived.v1': { objectType: 'deals', pipelineId: 'partners' },
  'pipeline.stage-created.v1': {
    objectType: 'deals',
    pipelineId: 'partners',
    stage: { id: 'legal', label: 'Legal', displayOrder: 5, metadata: { probability: '0.9' } },
  },
  'pipeline.stage-changed.v1': {
    objectType: 'deals',
    pipelineId: 'partners',
    stageId: 'legal',
    from: { metadata: { probability: '0.9' } },
    to: { metadata: { probability: '0.8' } },
  },
  'pipeline.stage-archived.v1': { objectType: 'deals', pipelineId: 'partners', stageId: 'legal' },
  'pipeline.stage-unarchived.v1': { objectType: 'deals', pipelineId: 'partners', stageId: 'legal' },
  'propertygroup.created.v1': {
    objectType: 'contacts',
    group: { name: 'colours', label: 'Colours', displayOrder: 1 },
  },
  'propertygroup.changed.v1': {
    objectType: 'contacts',
    name: 'colours',
    from: { label: 'Colours' },
    to: { label: 'Shades' },
  },
  'propertygroup.archived.v1': { objectType: 'contacts', name: 'colours' },
  'user.created.v1': { userId: 'u-2', email: 'grace@example.com', superAdmin: true, by: 'setup' },
  'account.opened.v1': { accountId: '1', tier: 'ENTERPRISE' },
  'account.first-admin-made.v1': { userId: 'u-2' },
  'user.two-factor-enabled.v1': { userId: 'u-2' },
  'user.two-factor-disabled.v1': { userId: 'u-2' },
  'session.started.v1': {
    ...{ sessionId: 's-1', userId: 'u-2', email: 'grace@example.com' },
    ...{ loginType: 'PASSWORD', expiresAt: '2024-05-01T22:00:00.000Z' },
  },
  'session.ended.v1': { sessionId: 's-1', userId: 'u-2', reason: 'logout' },
  'login.failed.v1': { userId: null, email: 'nobody@example.com', reason: 'unknown-user' },
  'apikey.created.v1': { keyId: 'k-1', name: 'Sync', scopes: ['crm.objects.read'], userId: 'u-2' },
  'apikey.revoked.v1': { keyId: 'k-1', userId: 'u-2' },
  'import.requested.v1': {
    ...{
      importId: '77',
      name: 'Spring fair',
      request: {},
      files: [],
      recordIdBase: '1',
      objectTypes: ['contacts'],
    },
  },
  'import.started.v1': { importId: '77' },
  'import.completed.v1': { importId: '77', counters },
  'import.failed.v1': { importId: '77', reason: 'broken CSV', counters },
  'import.cancel-requested.v1': { importId: '77' },
  'import.cancelled.v1': { importId: '77', counters },
  'account.import-block-taken.v1': { importId: '77', base: '1', size: 2 },
  'export.requested.v1': {
    exportId: 'e-1',
    name: 'All contacts',
    objectType: 'contacts',
    position: '5',
    request: {
      properties: ['email', 'firstname'],
      masked: [],
      filterGroups: [{ filters: [{ propertyName: 'city', operator: 'EQ', value: 'London' }] }],
      sorts: [{ propertyName: 'email', direction: 'ASCENDING' }],
      query: null,
      labelledColumns: true,
      labelledValues: true,
    },
  },
  'export.started.v1': { exportId: 'e-1', attempt: 1 },
  'export.completed.v1': {
    ...{ exportId: 'e-1', attempt: 1, file: 'exports/e-1-1.csv', bytes: 64, sha256: 'ef', rows: 1 },
    fileExpiresAt: '2024-06-01T00:00:00.000Z',
  },
  'export.failed.v1': { exportId: 'e-1', attempt: 1, reason: 'There is no space left for the file' },
  'export.cancelled.v1': { exportId: 'e-1' },
  'export.file-expired.v1': { exportId: 'e-1' },
  'export.downloaded.v1': { exportId: 'e-1', userId: 'u-2' },
  'backup.requested.v1': {
    backupId: 'b-1',
    position: '5',
    asOf: '2024-05-01T10:00:00.000Z',
    objectTypes: null,
  },
  'backup.started.v1': { backupId: 'b-1', attempt: 1 },
  'backup.completed.v1': {
    ...{ backupId: 'b-1', attempt: 1, file: 'f', bytes: 1, sha256: 's', counts: { contacts: 1 } },
    fileExpiresAt: '2024-05-15T10:00:00.000Z',
  },
  'backup.failed.v1': { backupId: 'b-1', attempt: 1, reason: 'disk full' },
  'backup.cancelled.v1': { backupId: 'b-1' },
  'backup.rebuild-requested.v1': { backupId: 'b-1' },
  'backup.file-expired.v1': { backupId: 'b-1' },
  'backup.withdrawn.v1': { backupId: 'b-1' },
  'backup.erasure-met.v1': { backupId: 'b-1', erasedAt: '41' },
  'erasure.completed.v1': { ...ada, backups: ['b-1'], plans: ['p-1'] },
  'backup.downloaded.v1': { backupId: 'b-1', userId: 'u-2' },
  'account.backup-allowed.v1': { backupId: 'b-1' },
  'binrestore.requested.v1': { restoreId: '88', objectType: 'contacts', selection: { filterGroups: [] } },
  'binrestore.started.v1': { restoreId: '88' },
  'binrestore.cancel-requested.v1': { restoreId: '88' },
  'binrestore.completed.v1': { restoreId: '88', outcomes: { restored: 2, live: 0, refused: 1 } },
  'binrestore.failed.v1': {
    ...{ restoreId: '88', reason: 'Unable to infer object type from: car' },
    outcomes: { restored: 0, live: 0, refused: 0 },
  },
  'binrestore.cancelled.v1': { restoreId: '88', outcomes: { restored: 1, live: 0, refused: 0 } },
  'restoreplan.requested.v1': {
    ...{ planId: 'p-1', source: { backupId: 'b-1' }, position: '5', madeAt: '9' },
    objects: [{ objectType: 'contacts', properties: '*' }],
    modes: { recreateDeleted: true, keepNonEmpty: false },
  },
  'restoreplan.ready.v1': {
    ...{ planId: 'p-1', file: 'f', rows: 1, sha256: 's', summary, expiresAt: '2024-05-02T10:00:00.000Z' },
  },
  'restoreplan.failed.v1': { planId: 'p-1', reason: 'disk full' },
  'restoreplan.cancelled.v1': { planId: 'p-1' },
  'restoreplan.withdrawn.v1': { planId: 'p-1' },
  'restoreplan.executed.v1': { planId: 'p-1', restoreId: 'r-1' },
  'restore.requested.v1': {
    ...{ restoreId: 'r-1', planId: 'p-1', position: '5', planFile: 'f', planSha256: 's', rows: 1 },
    imports: [{ importId: '78', objectType: 'contacts', name: 'Data Restore - Contact', rows: 1 }],
  },
  'restore.started.v1': { restoreId: 'r-1' },
  'restore.cancel-requested.v1': { restoreId: 'r-1' },
  'restore.completed.v1': { restoreId: 'r-1', outcomes },
  'restore.failed.v1': { restoreId: 'r-1', reason: 'disk full', outcomes },
  'restore.cancelled.v1': { restoreId: 'r-1', outcomes },
  'restore.abandoned.v1': { restoreId: 'r-1' },
  'account.restore-started.v1': { restoreId: 'r-1' },
  'account.restore-ended.v1': { restoreId: 'r-1' },
};
