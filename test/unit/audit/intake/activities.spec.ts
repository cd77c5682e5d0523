// Activities that other modules report: what is taken, what is refused and why, and what a row keeps of them.
import { audit } from '../../../../projections/audit/audit';
import { auditHours } from '../../../../projections/audit/audit-hours';
import { ActivitiesBody, type AskedActivity } from '../../../../src/audit/intake/activity.bodies';
import { checkedActivity, withoutCustomer } from '../../../../src/audit/intake/activity-check';
import { activity, reportActivity } from '../../../../src/audit/intake/activity.decider';
import type { ActivityEvents } from '../../../../src/audit/intake/activity.events';
import { categories } from '../../../../src/audit/taxonomy';
import { auditEventOf } from '../../../../src/audit/audit-rows.vocabulary';
import { findObjectType } from '../../../../src/crm/schemas/object-type.vocabulary';
import { at, by, deciding, projecting } from '../../../support/spec';
import { samples } from '../audit-samples';

const published = {
  ...{ key: 'blog/1', occurredAt: at, category: 'CONTENT', subCategory: 'BLOG_POST', action: 'PUBLISH' },
  ...{ userId: 'u-2', target: { type: 'blog-posts', id: '1', label: 'Spring' } },
};
const submitted = samples['activity.reported.v1'];
const now = Date.parse(at);
const known = { find: findObjectType, users: new Set(['u-2']), now, keyId: 'k-1' };

type Read = (AskedActivity | { key: string; problem: string })[];
const read = async (...activities: object[]): Promise<Read> =>
  (await ActivitiesBody.schema.parseAsync({ activities })).activities;
const checked = async (more: object = {}) => {
  const [one] = await read({ ...published, ...more });
  return 'problem' in one! ? one.problem : checkedActivity(one as AskedActivity, known);
};
const stored = async (more: object = {}) => (await checked(more)) as ActivityEvents['activity.reported.v1'];

describe('an activity that is reported', () => {
  test('is stored as it was reported, under the words of the vocabulary', async () =>
    expect(await stored({ client: { ip: '192.0.2.9' }, where: '/blog' })).toEqual({
      ...{ key: 'blog/1', occurredAt: at, category: 'CONTENT', subCategory: 'BLOG_POST', action: 'PUBLISH' },
      actor: { type: 'user', id: 'u-2', userId: 'u-2', keyId: 'k-1' },
      target: published.target,
      ...{ client: { ip: '192.0.2.9' }, source: { type: 'API' }, where: '/blog' },
    }));

  test('may be of a record, by any name of its type', async () =>
    expect((await stored({ target: { type: 'contact', id: '7' } })).target).toEqual({
      ...{ type: 'contacts', id: '7', isRecord: true },
    }));

  test('may be done by what is no user, which needs no id', async () => {
    const sync = { category: 'SALESFORCE', subCategory: 'SYNC', action: 'RUN', userId: undefined };
    expect((await stored({ ...sync, actor: { type: 'integration', name: 'Salesforce' } })).actor).toEqual({
      ...{ type: 'integration', id: 'integration', name: 'Salesforce', keyId: 'k-1' },
    });
  });

  test('has its time in UTC, whatever zone it was told in', async () =>
    expect((await stored({ occurredAt: '2024-05-01T12:00:00+02:00' })).occurredAt).toBe(at));

  test.each([
    ['30 days back', -30 * 86_400_000, true],
    ['more than that', -30 * 86_400_000 - 1, false],
    ['5 minutes ahead', 300_000, true],
    ['more than that', 300_001, false],
  ])('may have happened %s', async (_, ms, isTaken) => {
    const outcome = await checked({ occurredAt: new Date(now + ms).toISOString() });
    if (isTaken) expect(outcome).toMatchObject({ key: 'blog/1' });
    else expect(outcome).toMatch(/^occurredAt: lies more than/);
  });

  test.each([
    ['its sub-category is our own', { category: 'CRM_OBJECT', subCategory: 'CONTACT' }, /Strata itself/],
    ['nothing of its category is reported', { category: 'LOGIN', subCategory: 'SYNC' }, /nothing of LOGIN/],
    ['its sub-category is of another category', { subCategory: 'QUOTE' }, /must be one of BLOG_POST/],
    ['there is no such user', { userId: 'u-9' }, /no such user/],
    ['its record cannot be', { target: { type: 'deals', id: 'x' } }, /id of a record/],
    ['its action is none', { action: 'EXPLODE' }, /^action: /],
    ['its category is none', { category: 'NONSENSE' }, /^category: /],
    ['it says twice who did it', { actor: { type: 'system' } }, /either userId or actor/],
    ['it says nowhere who did it', { userId: undefined }, /either userId or actor/],
    ['it claims to be an employee', { userId: undefined, actor: { type: 'employee', id: '1' } }, /^actor/],
    ['it names a field that is not known', { colour: 'green' }, /^colour: is not known/],
    ['its time has no zone', { occurredAt: '2024-05-01T10:00:00' }, /^occurredAt: /],
    ['its text is not Unicode', { where: '\ud800' }, /^where: /],
  ])('is refused where %s', async (_, more, problem) => expect(await checked(more)).toMatch(problem));

  test('is refused in words that repeat no value', async () => {
    const given = { occurredAt: 'ada@example.com', action: 'ada@example.com', target: { type: 'x' } };
    expect(await checked(given)).not.toMatch(/ada/);
  });

  test('keeps none of the others from being taken', async () => {
    const some = await read(published, { key: 'blog/2' }, { ...published, key: 'blog/3' });
    expect(some.map((one) => ('problem' in one ? 'rejected' : one.key))).toEqual([
      ...['blog/1', 'rejected', 'blog/3'],
    ]);
  });

  test('needs a key by which it can be told of', async () => {
    await expect(read({ ...published, key: '' })).rejects.toThrow();
    await expect(read({ ...published, key: undefined })).rejects.toThrow();
  });

  test('comes with up to 999 others', async () => {
    const many = (count: number) => read(...Array.from({ length: count }, () => published));
    expect(await many(1_000)).toHaveLength(1_000);
    await expect(many(1_001)).rejects.toThrow();
    await expect(many(0)).rejects.toThrow();
  });

  test('leaves nothing of a customer who is erased already', () =>
    expect(JSON.stringify(withoutCustomer(submitted))).not.toMatch(/Ada|Contact us|ada@|page|\/contacts/));
});

test.each(
  categories.flatMap(({ id, own, reported }) => [
    ...own.map((name) => [id, name, reported.includes(name)] as const),
    ...reported.map((name) => [id, name, true] as const),
  ]),
)('of %s, %s is taken: %s', async (category, name, isTaken) => {
  const subCategory = name === '*objectType' ? 'deal' : name;
  const outcome = await checked({ category, subCategory });
  if (isTaken)
    expect(outcome).toMatchObject({ category, subCategory: name === '*objectType' ? 'deals' : name });
  else expect(outcome).toMatch(/Strata/);
});

const given = deciding(activity);
const reported = { type: 'activity.reported.v1', data: submitted } as const;

test('a key is taken once, whatever is reported under it later', () => {
  given()
    .when((s) => reportActivity(s, submitted))
    .then(reported);
  given(reported)
    .when((s) => reportActivity(s, { ...submitted, action: 'DELETE' }))
    .thenNothing();
});

describe('its row', () => {
  const rowOf = (data: ActivityEvents['activity.reported.v1'] = submitted) => {
    const event = by({ ...reported, data }, { client: { ip: '203.0.113.1' } }, 'activity-1');
    return Object.values(projecting(audit).given(event).documents)[0]!;
  };

  test('says when, by whom and from where it was done, not when and from where it was reported', () =>
    expect(rowOf()).toMatchObject({
      occurredAt: Date.parse(submitted.occurredAt),
      recordedAt: Date.parse(at),
      actor: { type: 'form', id: '7', keyId: 'k-1' },
      client: { ip: '192.0.2.9', country: 'NO' },
      source: { type: 'CRM_UI' },
    }));

  test('keeps neither values nor names that go when its record is erased', () => {
    expect(JSON.stringify(rowOf())).not.toMatch(/Ada|ada@|Contact us|example\.com|submission/);
    expect(rowOf().target).toEqual({ type: 'contacts', id: submitted.target.id });
  });

  test('keeps the names of what is no record', async () => {
    const row = rowOf(await stored({ changes: { title: { from: 'Winter', to: 'Spring' } } }));
    expect(row.target).toEqual(published.target);
    expect(row.changes).toBeUndefined();
    expect(row.summary).toBe('Published a blog post');
  });

  test.each([
    ['SALESFORCE', 'SYNC', false],
    ['CUSTOMER_AGENT', 'HANDOFF', false],
    ['RECORD_CREATION_FORM', 'contacts', false],
    ['WORKFLOW', 'ENROLLMENT', true],
  ])('of %s is among those of no user, left out by default: %s %s', (category, subCategory, nonUser) =>
    expect(rowOf({ ...submitted, category, subCategory }).nonUser).toBe(nonUser),
  );

  test('falls in the hour in which it was done', () =>
    expect(Object.keys(projecting(auditHours).given(reported).documents)).toEqual(['2024-04-30T22']));

  test('is told in words for each action and each thing', () => {
    const summaryOf = (category: string, subCategory: string, action: string) =>
      auditEventOf({ type: reported.type, data: { ...submitted, category, subCategory, action } })!.summary;
    expect(summaryOf('SETTINGS', 'AI_ASSISTANT', 'ENABLE')).toBe('Enabled an AI assistant');
    expect(summaryOf('RECORD_CREATION_FORM', 'contacts', 'UPDATE')).toBe(
      'Changed the record creation form of contacts',
    );
  });
});
