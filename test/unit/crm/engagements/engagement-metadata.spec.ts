import fc from 'fast-check';
import {
  attachmentsOf,
  commonOf,
  engagementKinds,
  engagementProperties,
  engagementTypes,
  kindOf,
  metadataOf,
  typeOf,
  valuesOf,
  type EngagementType,
} from '../../../../src/crm/engagements/engagement-metadata';
import { standardProperties } from '../../../../src/crm/properties/standard-properties';

const values = (type: EngagementType, metadata: Record<string, unknown>) =>
  valuesOf(kindOf(engagementKinds[type].objectType), { type, metadata });

test('all properties that an engagement lies in are there', () => {
  for (const type of engagementTypes) {
    const kind = kindOf(engagementKinds[type].objectType);
    const known = [...standardProperties(kind.objectType).keys()];
    expect(known).toEqual(expect.arrayContaining(engagementProperties(kind)));
  }
});

describe('metadata', () => {
  const text = fc.string({ minLength: 1 });
  const address = fc.stringMatching(/^[a-z]{1,9}@example\.com$/);
  const named = fc.record({ email: address, firstName: text, lastName: text }, { requiredKeys: ['email'] });
  const mail = fc.record({ email: address });
  const mails = fc.array(mail, { maxLength: 4 });
  /** The first of many has a name, where names of them are kept. */
  const people = fc.tuple(fc.option(named), mails).map(([first, rest]) => (first ? [first, ...rest] : rest));
  const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
  const kinds = { text, time, number: fc.nat(), person: named, people: mails };

  test('comes back as it was given', () => {
    const given = fc.constantFrom(...engagementTypes).chain((type) => {
      const fields = Object.entries(kindOf(engagementKinds[type].objectType).metadata);
      const arbitraries = fields.map(([name, { as }]) => [name, name === 'to' ? people : kinds[as]] as const);
      const lists = fields.filter(([, { as }]) => as === 'people').map(([name]) => name);
      return fc.tuple(fc.constant(type), fc.record(Object.fromEntries(arbitraries), { requiredKeys: lists }));
    });
    fc.assert(
      fc.property(given, ([type, metadata]) => {
        const kind = kindOf(engagementKinds[type].objectType);
        const written = Object.entries(values(type, metadata));
        // As they are kept: times in ISO form.
        const times = Object.values(kind.metadata).flatMap((one) => (one.as === 'time' ? [one.in] : []));
        const kept = written.map(([name, value]) => [
          name,
          times.includes(name) && value !== null ? new Date(Number(value)).toISOString() : value,
        ]);
        const shown = Object.fromEntries(kept) as Record<string, string | null>;
        expect(metadataOf(kind, shown)).toEqual(metadata);
        expect(typeOf(kind, shown)).toBe(type);
      }),
    );
  });

  test('that is not given stays, and null empties it', () => {
    expect(values('TASK', { body: null, subject: 'Call' })).toEqual({
      ...{ hs_task_body: null, hs_task_subject: 'Call' },
    });
    expect(values('EMAIL', { to: [{ email: 'ada@example.com' }] })).toEqual({
      hs_email_direction: 'EMAIL',
      hs_email_to_email: 'ada@example.com',
      ...{ hs_email_to_firstname: null, hs_email_to_lastname: null },
    });
    expect(values('EMAIL', { cc: [] })).toEqual({ hs_email_direction: 'EMAIL', hs_email_cc_email: null });
  });

  test.each<[EngagementType, Record<string, unknown>, string]>([
    ['NOTE', { subject: 'x' }, 'metadata.subject is not known of notes: body are'],
    ['NOTE', { body: { html: 'x' } }, 'metadata.body must be a text or a number'],
    ['NOTE', { constructor: 'x' }, 'metadata.constructor is not known of notes: body are'],
    ['EMAIL', { to: 'ada@example.com' }, 'metadata.to must be a list'],
    ['EMAIL', { to: [{ firstName: 'Ada' }] }, 'metadata.to[0].email must be there'],
    ['EMAIL', { to: ['ada@example.com'] }, 'metadata.to[0] must be an object with an email'],
    ['EMAIL', { cc: [{ email: 'a@example.com', firstName: 'A' }] }, 'metadata.cc[0].firstName is not known'],
    ['EMAIL', { from: [] }, 'metadata.from must be an object with an email'],
  ])('of %s that is %j is refused', (type, metadata, message) => {
    expect(() => values(type, metadata)).toThrow(message);
  });

  test('tells what a task is for by nothing', () => {
    expect(values('TASK', { forObjectType: 'CONTACT' })).toEqual({});
  });
});

test('what every engagement has is left out where it is empty or hidden', () => {
  expect(commonOf({ hubspot_owner_id: '17', hs_timestamp: '2026-01-01T00:00:00.000Z' })).toEqual({
    ...{ ownerId: 17, timestamp: Date.parse('2026-01-01') },
  });
  expect(commonOf({ hubspot_owner_id: null, hs_timestamp: '********' })).toEqual({});
  expect(attachmentsOf({ hs_attachment_ids: '1;22;x' })).toEqual([{ id: 1 }, { id: 22 }]);
  expect(attachmentsOf({})).toEqual([]);
});
