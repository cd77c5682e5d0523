// Every version of every event ever shipped can be read: one stored sample each, decoded, folded and projected.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projections } from '../../projections';
import { account } from '../../src/account/account.decider';
import { accountBackups } from '../../src/backups/backup-quota.decider';
import { backup } from '../../src/backups/backup.decider';
import { association } from '../../src/crm/associations/association.decider';
import { associationTypes } from '../../src/crm/associations/association-type.decider';
import { pipelinesDecider } from '../../src/crm/pipelines/pipeline.decider';
import { propertyGroups } from '../../src/crm/properties/property-group.decider';
import { property } from '../../src/crm/properties/property.decider';
import { record } from '../../src/crm/records/record.decider';
import { schema } from '../../src/crm/schemas/schema.decider';
import { erasure } from '../../src/erasure/erasure.decider';
import { Codec } from '../../src/eventsourcing/codec';
import type { StoredEvent } from '../../src/eventsourcing/event';
import { exportDecider } from '../../src/exports/export.decider';
import { reservation } from '../../src/eventsourcing/reservations';
import { idempotency } from '../../src/http/idempotency';
import { accountAdmins, apiKey, loginAttempts, session, user } from '../../src/identity/identity.decider';
import { importBlocks, importDecider } from '../../src/imports/import.decider';
import { binRestore } from '../../src/recycle-bin/bin-restore.decider';
import { restorePlan } from '../../src/restores/plan.decider';
import { accountRestores, restore } from '../../src/restores/restore.decider';
import { upcasts } from '../../src/upcasts';

const FOLDER = join(__dirname, '../../../test/fixtures/events');
const deciders = [
  ...[
    record,
    property,
    propertyGroups,
    pipelinesDecider('deals'),
    schema,
    association,
    associationTypes,
    reservation,
    idempotency,
    account,
    user,
    accountAdmins,
    session,
    apiKey,
    loginAttempts,
  ],
  ...[
    importDecider,
    importBlocks,
    exportDecider,
    backup,
    accountBackups,
    binRestore,
    erasure,
    restorePlan,
    restore,
    accountRestores,
  ],
];
const current = new Set(deciders.flatMap(({ evolve }) => Object.keys(evolve)));
const stored = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
const sample = (name: string): StoredEvent => ({
  ...(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Omit<StoredEvent, 'position'>),
  position: 7n,
});

test('every event of today has a stored sample', () => {
  expect([...current].filter((name) => !stored.includes(name))).toEqual([]);
});

test.each(stored)('a stored %s is read as an event of today', (name) => {
  const stored = sample(name);
  expect(stored.type).toBe(name);
  const decoded = new Codec(upcasts).decode(stored) as StoredEvent;
  expect(current).toContain(decoded.type);
});

test.each(stored)('every projection takes a stored %s', (name) => {
  const decoded = new Codec(upcasts).decode(sample(name)) as StoredEvent;
  for (const projection of projections) {
    const row = (projection.on as Record<string, (data: unknown, event: StoredEvent) => unknown>)[
      decoded.type
    ];
    expect(() => row?.(decoded.data, decoded)).not.toThrow();
  }
});
