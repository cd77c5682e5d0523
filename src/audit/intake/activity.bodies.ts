// Body of the intake of activities: one schema is type, validation and OpenAPI. An activity that is not valid is told
// of by its key, and keeps none of the others from being taken.
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { invalid, listInTurns, named, text } from '../../http/validation';
import { actions, categories } from '../taxonomy';

/** Activities that one request may report. */
const MOST = 1_000;
const MOST_CHANGES = 200;
const MOST_FIELDS = 50;
const SHOWN_PROBLEMS = 10;
const LONGEST_NAME = 200;
const LONGEST_VALUE = 65_536;

const key = text({ least: 1, most: 200 });
const id = text({ least: 1, most: 200 });
const name = text({ least: 1, most: 500 });
const value = z.union([text({ most: LONGEST_VALUE }), z.number(), z.boolean(), z.null()]);
const field = z.union([text({ most: 2_000 }), z.number(), z.boolean(), z.null()]);
const time = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time with a time zone' })
  .transform((given) => new Date(given).toISOString());
/** What stands behind what no user did; Strata tells itself of its keys, jobs and employees. */
const actor = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('user'), id }),
  z.strictObject({
    type: z.enum(['workflow', 'integration', 'form', 'agent', 'system']),
    id: id.optional(),
    name: name.optional(),
  }),
]);
const sides = z.strictObject({ from: value.default(null), to: value.default(null) });

const fields = {
  key: key.describe(
    "the reporter's own, the same whenever the activity is reported: it is taken once for good",
  ),
  occurredAt: time.describe('up to 30 days back, and 5 minutes ahead'),
  category: z.enum(
    categories.map(({ id: one }) => one),
    'must be a category of the vocabulary',
  ),
  subCategory: z.string().min(1).max(100).describe('one that the vocabulary lists as reported'),
  action: z.enum(actions, 'must be an action of the vocabulary'),
  target: z.strictObject({
    type: text({ least: 1, most: 100 }).describe('a plural noun; of a record its object type'),
    id,
    label: name.optional().describe('its name at that time'),
  }),
  client: z
    .strictObject({
      ip: z.union([z.ipv4(), z.ipv6()]).optional(),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166)')
        .optional(),
      region: text({ most: 100 }).optional(),
      userAgent: text({ most: 1_000 }).optional(),
      loginType: z.enum(['PASSWORD', 'SSO', 'API_KEY', 'EMPLOYEE']).optional(),
    })
    .optional()
    .describe('from where the one who did it acted'),
  source: z
    .strictObject({ type: z.enum(['CRM_UI', 'API', 'IMPORT', 'SYSTEM']), id: id.optional() })
    .optional(),
  where: text({ least: 1, most: 500 }).optional().describe('where in the CRM it happened'),
  changes: named(sides, { most: MOST_CHANGES, message: `at most ${MOST_CHANGES} changes` }).optional(),
  metadata: named(field, { most: MOST_FIELDS, message: `at most ${MOST_FIELDS} fields` }).optional(),
};

const activity = z
  .strictObject({
    ...fields,
    userId: id.optional().describe('the user who did it; or `actor` says who did'),
    actor: actor.optional(),
  })
  .superRefine((given, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((given.userId === undefined) === (given.actor === undefined))
      problem('actor', 'either userId or actor says who did it');
    for (const names of [given.changes, given.metadata])
      if (Object.keys(names ?? {}).some((one) => one.length > LONGEST_NAME))
        problem(
          names === given.changes ? 'changes' : 'metadata',
          `names have up to ${LONGEST_NAME} characters`,
        );
  });

/** An activity as it was reported, in a shape that holds; its words may still not be those of the vocabulary. */
export type AskedActivity = z.output<typeof activity>;

/** What was reported under a key, and is no activity. */
export interface UnreadActivity {
  readonly key: string;
  readonly problem: string;
}

function unread(given: unknown, error: z.ZodError): UnreadActivity | undefined {
  const own = key.safeParse((given as { key?: unknown } | null | undefined)?.key);
  if (!own.success) return undefined;
  const messages = (invalid(error).detail.errors ?? []).map(({ message }) => message);
  return { key: own.data, problem: messages.slice(0, SHOWN_PROBLEMS).join('; ') };
}

export class ActivitiesBody extends createZodDto(
  z.strictObject({ activities: listInTurns(activity, { least: 1, most: MOST, instead: unread }) }),
) {}
