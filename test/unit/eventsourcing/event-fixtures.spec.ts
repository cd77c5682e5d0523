// Every version of every event ever shipped can be read: one stored sample each, decoded, folded and projected.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projections } from '../../../projections';
import { account } from '../../../src/account/account.decider';
import { accountBackups } from '../../../src/backups/backup-quota.decider';
import { backup } from '../../../src/backups/backup.decider';
import { association } from '../../../src/crm/associations/association.decider';
import { associationTypes } from '../../../src/crm/associations/types/association-type.decider';
import { pipelinesDecider } from '../../../src/crm/pipelines/pipeline.decider';
import { propertyGroups } from '../../../src/crm/properties/groups/property-group.decider';
import { property } from '../../../src/crm/properties/property.decider';
import { mergeDecider } from '../../../src/crm/records/merges/merge.decider';
import { record } from '../../../src/crm/records/record.decider';
import { schema } from '../../../src/crm/schemas/schema.decider';
import { erasure } from '../../../src/erasures/erasure.decider';
import { Codec } from '../../../src/eventsourcing/codec';
import type { StoredEvent } from '../../../src/eventsourcing/event';
import { exportDecider } from '../../../src/exports/export.decider';
import { idBlocks } from '../../../src/eventsourcing/ids';
import { reservation } from '../../../src/eventsourcing/reservations';
import { idempotency } from '../../../src/http/idempotency';
import { accountAdmins, apiKey, session, user } from '../../../src/identity/identity.decider';
import { refusedAttempts } from '../../../src/identity/attempts/refused-attempt.decider';
import { importDecider } from '../../../src/imports/import.decider';
import { binRestore } from '../../../src/recycle-bin/bin-restore.decider';
import { restorePlan } from '../../../src/restores/plans/plan.decider';
import { accountRestores, restore } from '../../../src/restores/restore.decider';
import { upcasts } from '../../../src/upcasts';

const FOLDER = join(__dirname, '../../../../test/fixtures/events');
const deciders = [
  ...[
    record,
    mergeDecider,
    property,
    propertyGroups,
    pipelinesDecider('deals'),
    schema,
    association,
    associationTypes,
    idBlocks,
    reservation,
    idempotency,
    account,
    user,
    accountAdmins,
    session,
    apiKey,
    refusedAttempts,
  ],
  ...[
    importDecider,
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

test('what was typed where a stored login failed of somebody unknown is read no more', () => {
  const decoded = new Codec(upcasts).decode(sample('login.failed.v1')) as StoredEvent;
  expect(decoded.data).toEqual({
    ...{ userId: null, email: null },
    ...{ emailDigest: '7c4d', reason: 'unknown-user' },
  });
  const known = sample('login.failed.v1');
  const ofUser = { ...known, data: { ...(known.data as object), userId: 'u-2' } };
  expect(new Codec(upcasts).decode(ofUser)).toMatchObject({ data: { email: 'nobody@example.com' } });
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
