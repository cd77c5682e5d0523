// Every version of every event ever shipped can be read: one stored sample each, decoded and projected.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projections } from '../../../projections';
import type { Digest } from '../../../projections/projection';
import { digest } from '../../support/spec';
import { auditRows } from '../../../src/audit/audit-rows.vocabulary';
import { Codec } from '../../../src/eventsourcing/codec';
import type { StoredEvent } from '../../../src/eventsourcing/event';
import { upcasts } from '../../../src/upcasts';

const FOLDER = join(__dirname, '../../../../test/fixtures/events');
const current = new Set(Object.keys(auditRows));
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
    const row = (
      projection.on as Record<string, (data: unknown, event: StoredEvent, digest: Digest) => unknown>
    )[decoded.type];
    expect(() => row?.(decoded.data, decoded, digest)).not.toThrow();
  }
});
