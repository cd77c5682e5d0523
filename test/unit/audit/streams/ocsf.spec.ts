// Every entry as an event of the Open Cybersecurity Schema Framework: valid by the published schema, and of the class and
// activity that a SIEM looks for.
import { ocsfOf } from '../../../../src/audit/streams/formats/ocsf';
import { shortened } from '../../../../src/audit/streams/formats/shown-entry';
import type { Meta } from '../../../../src/eventsourcing/event';
import { OcsfSchema } from '../../../support/streams/ocsf-schema';
import { toldSample, toldTypes } from '../../../support/streams/told-samples';

const versions = ['1.3.0', '1.8.0'];
const whos: Readonly<Record<string, Partial<Meta>>> = {
  person: { actor: { type: 'user', id: 'u-2', userId: 'u-2' } },
  key: { actor: { type: 'apiKey', id: 'k-1', userId: 'u-2' } },
  system: { actor: { type: 'system', id: 'backups' }, client: {} },
  import: { actor: { type: 'import', id: 'i-1', userId: 'u-2', keyId: 'k-1' } },
  employee: { actor: { type: 'employee', id: 'e-1', userId: 'e-1', department: 'SALES' } },
  ipv6: { client: { ip: '2001:db8::1', country: 'NO', region: 'NO-46', userAgent: 'x', loginType: 'SSO' } },
};

describe.each(versions)('by the schema %s', (version) => {
  const schema = new OcsfSchema(version);
  test.each(Object.keys(whos))('every entry of a %s is valid, and so is what is left of it', (who) => {
    const wrong = toldTypes.flatMap((type) => {
      const entry = toldSample(type, whos[who]);
      return [entry, shortened(entry)].flatMap((one) =>
        schema.problems(ocsfOf(one)).map((problem) => `${type}: ${problem}`),
      );
    });
    expect(wrong).toEqual([]);
  });

  test('what is wrong would be found', () => {
    const event = ocsfOf(toldSample('session.started.v1'));
    const { user: _, ...without } = event;
    expect(schema.problems(without)).toContain('user: is missing');
    expect(schema.problems({ ...event, activity_id: 77 })).toContain('activity_id: 77 is none of its values');
    expect(schema.problems({ ...event, colour: 'red' })).toContain('colour: unknown');
    expect(schema.problems({ ...event, src_endpoint: { ip: 'here' } })).toContain(
      'src_endpoint.ip: is no ip_t',
    );
    expect(schema.problems({ ...event, class_uid: 1 })).toEqual(['no class 1']);
  });
});

test.each([
  ['session.started.v1', 3002, 'Logon', 'Success'],
  ['session.ended.v1', 3002, 'Logoff', 'Success'],
  ['login.failed.v2', 3002, 'Logon', 'Failure'],
  ['user.created.v1', 3001, 'Create', 'Success'],
  ['apikey.created.v1', 3004, 'Create', 'Success'],
  ['auditstream.paused.v1', 3004, 'Disable', 'Success'],
  ['property.archived.v1', 3004, 'Delete', 'Success'],
  ['record.values-changed.v1', 6003, 'Update', 'Success'],
  ['record.archived.v1', 6003, 'Delete', 'Success'],
  ['export.downloaded.v1', 6003, 'Read', 'Success'],
  ['import.failed.v1', 6003, 'Update', 'Failure'],
] as const)('%s is class %i, %s, %s', (type, uid, activity, status) => {
  expect(ocsfOf(toldSample(type))).toMatchObject({ class_uid: uid, activity_name: activity, status });
});

test('who, what, whereby and from where stand where they are looked for', () => {
  const event = ocsfOf(toldSample('record.values-changed.v1', whos.ipv6));
  expect(event).toMatchObject({
    ...{ category_name: 'Application Activity', class_name: 'API Activity', type_uid: 600303 },
    actor: { user: { name: 'ada@example.com', email_addr: 'ada@example.com', type: 'User' } },
    api: { operation: 'record.values-changed.v1' },
    src_endpoint: { ip: '2001:db8::1', location: { country: 'NO', region: 'NO-46' } },
    resources: [{ type: 'contacts', uid: '1854000000000000' }],
    metadata: { version: '1.3.0', uid: '00000000000000000057', event_code: 'record.values-changed.v1' },
    unmapped: { category: 'PROPERTY_VALUE', action: 'UPDATE' },
  });
});

test('old and new values come along only where they were asked for', () => {
  const changes = { city: { from: 'Bergen', to: 'Oslo' } };
  const entry = toldSample('record.values-changed.v1', {}, changes);
  expect(ocsfOf(entry)).toMatchObject({ unmapped: { changes } });
  expect(JSON.stringify(ocsfOf(shortened(entry)))).not.toContain('Bergen');
});
