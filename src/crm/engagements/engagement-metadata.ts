// Activities as HubSpot's first API has them: one engagement with a type and its metadata, for what is a record of one of
// five object types. Pure.
import { Refusal } from '../../refusals';
import { ignoredFields } from '../ignored-fields';
import { itemsOf } from '../records/record.vocabulary';

type Values = Record<string, string | null>;
type Shown = Readonly<Record<string, string | null>>;

/** How a field of metadata lies in properties: `time` is in milliseconds, `people` are addresses with their names. */
type Field =
  | { readonly as: 'text' | 'number' | 'time'; readonly in: string }
  | { readonly as: 'person'; readonly in: PropertiesOfPerson }
  | { readonly as: 'people'; readonly in: PropertiesOfPerson };
type PropertiesOfPerson = { readonly email: string; readonly firstName?: string; readonly lastName?: string };

/** An object type of activities, by its name in the plural. */
export interface EngagementKind {
  readonly objectType: string;
  readonly metadata: Readonly<Record<string, Field>>;
}

const text = (property: string): Field => ({ as: 'text', in: property });
const time = (property: string): Field => ({ as: 'time', in: property });
const named = (who: string) => ({
  ...{ email: `hs_email_${who}_email`, firstName: `hs_email_${who}_firstname` },
  lastName: `hs_email_${who}_lastname`,
});
const unnamed = (who: string) => ({ email: `hs_email_${who}_email` });

const emails: EngagementKind = {
  objectType: 'emails',
  metadata: {
    from: { as: 'person', in: named('from') },
    to: { as: 'people', in: named('to') },
    cc: { as: 'people', in: unnamed('cc') },
    bcc: { as: 'people', in: unnamed('bcc') },
    subject: text('hs_email_subject'),
    html: text('hs_email_html'),
    text: text('hs_email_text'),
    status: text('hs_email_status'),
  },
};

/** By the type of an engagement. Whether a mail came or went is told by its type alone. */
export const engagementKinds = {
  NOTE: { objectType: 'notes', metadata: { body: text('hs_note_body') } },
  TASK: {
    objectType: 'tasks',
    metadata: {
      body: text('hs_task_body'),
      subject: text('hs_task_subject'),
      status: text('hs_task_status'),
      priority: text('hs_task_priority'),
      taskType: text('hs_task_type'),
      completionDate: time('hs_task_completion_date'),
    },
  },
  CALL: {
    objectType: 'calls',
    metadata: {
      title: text('hs_call_title'),
      body: text('hs_call_body'),
      toNumber: text('hs_call_to_number'),
      fromNumber: text('hs_call_from_number'),
      status: text('hs_call_status'),
      disposition: text('hs_call_disposition'),
      durationMilliseconds: { as: 'number', in: 'hs_call_duration' },
      recordingUrl: text('hs_call_recording_url'),
    },
  },
  MEETING: {
    objectType: 'meetings',
    metadata: {
      title: text('hs_meeting_title'),
      body: text('hs_meeting_body'),
      internalMeetingNotes: text('hs_internal_meeting_notes'),
      location: text('hs_meeting_location'),
      startTime: time('hs_meeting_start_time'),
      endTime: time('hs_meeting_end_time'),
      meetingOutcome: text('hs_meeting_outcome'),
    },
  },
  EMAIL: emails,
  INCOMING_EMAIL: emails,
  FORWARDED_EMAIL: emails,
} as const satisfies Record<string, EngagementKind>;

export type EngagementType = keyof typeof engagementKinds;
export const engagementTypes = Object.keys(engagementKinds) as [EngagementType, ...EngagementType[]];

const DIRECTION = 'hs_email_direction';
const ATTACHMENTS = 'hs_attachment_ids';
const OWNER = 'hubspot_owner_id';
const TIMESTAMP = 'hs_timestamp';

/** The object types of engagements, each once. */
export const engagementObjectTypes: readonly string[] = [
  ...new Set(Object.values(engagementKinds).map(({ objectType }) => objectType)),
];

export const kindOf = (objectType: string): EngagementKind =>
  Object.values(engagementKinds).find((kind) => kind.objectType === objectType)!;

/** What is associated with engagements, by the field that lists its ids. */
export const engagementEnds = {
  contactIds: 'contacts',
  companyIds: 'companies',
  dealIds: 'deals',
  ticketIds: 'tickets',
  quoteIds: 'quotes',
} as const;
export type EndsField = keyof typeof engagementEnds;

/** The properties that an engagement of an object type is shown by. */
export const engagementProperties = ({ objectType, metadata }: EngagementKind): string[] => [
  ...[OWNER, TIMESTAMP, ATTACHMENTS, ...(objectType === emails.objectType ? [DIRECTION] : [])],
  ...Object.values(metadata).flatMap((field) =>
    typeof field.in === 'string' ? [field.in] : Object.values(field.in),
  ),
];

/** What a body says of an engagement; what it leaves out stays as it is, null empties. */
export interface EngagementInput {
  readonly type?: EngagementType | undefined;
  readonly ownerId?: string | null | undefined;
  /** Milliseconds since 1970, or an ISO time. */
  readonly timestamp?: string | null | undefined;
  readonly attachments?: readonly string[] | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** The values that a body gives. Refuses with `input-invalid` metadata that the kind does not have. */
export function valuesOf(kind: EngagementKind, input: EngagementInput): Values {
  const { type, ownerId, timestamp, attachments, metadata = {} } = input;
  return {
    ...(ownerId !== undefined && { [OWNER]: ownerId }),
    ...(timestamp !== undefined && { [TIMESTAMP]: timestamp }),
    ...(attachments && { [ATTACHMENTS]: attachments.length > 0 ? attachments.join(';') : null }),
    ...(type !== undefined && kind === emails && { [DIRECTION]: type }),
    ...Object.fromEntries(
      Object.entries(metadata).flatMap(([name, given]) => Object.entries(metadataValues(kind, name, given))),
    ),
  };
}

function metadataValues(kind: EngagementKind, name: string, given: unknown): Values {
  const field = Object.hasOwn(kind.metadata, name) ? kind.metadata[name] : undefined;
  if (!field && (ignoredFields.engagementMetadata.names as readonly string[]).includes(name)) return {};
  const at = `metadata.${name.slice(0, 100)}`;
  if (!field)
    throw wrong(at, `is not known of ${kind.objectType}: ${Object.keys(kind.metadata).join(', ')} are`);
  if (field.as !== 'person' && field.as !== 'people') return { [field.in]: scalar(given, at) };
  const properties = field.in;
  if (field.as === 'person') return ofPerson(properties, given, at);
  if (given !== null && !Array.isArray(given)) throw wrong(at, 'must be a list');
  const people = ((given ?? []) as unknown[]).map((one, i) => ofPerson(properties, one, `${at}[${i}]`));
  const addresses = people.map((one) => one[properties.email]);
  const without = addresses.findIndex((address) => !address);
  if (without >= 0) throw wrong(`${at}[${without}].email`, 'must be there');
  return { ...ofPerson(properties, {}, at), ...people[0], [properties.email]: addresses.join(';') || null };
}

function ofPerson(properties: PropertiesOfPerson, given: unknown, at: string): Values {
  if (typeof given !== 'object' || Array.isArray(given)) throw wrong(at, 'must be an object with an email');
  const person = (given ?? {}) as Readonly<Record<string, unknown>>;
  const other = Object.keys(person).find((part) => !Object.hasOwn(properties, part));
  if (other !== undefined) throw wrong(`${at}.${other.slice(0, 100)}`, 'is not known');
  return Object.fromEntries(
    Object.entries(properties).map(([part, property]) => [
      property,
      scalar(person[part] ?? null, `${at}.${part}`),
    ]),
  );
}

function scalar(given: unknown, at: string): string | null {
  if (given === null || typeof given === 'string') return given;
  if (typeof given === 'number' || typeof given === 'boolean') return String(given);
  throw wrong(at, 'must be a text or a number');
}

export function wrong(at: string, what: string): Refusal {
  const message = `${at} ${what}`;
  return new Refusal('input-invalid', { message, errors: [{ message, in: at }] });
}

export const typeOf = ({ objectType }: EngagementKind, values: Shown): EngagementType => {
  const direction = values[DIRECTION];
  if (objectType === emails.objectType)
    return direction === 'INCOMING_EMAIL' || direction === 'FORWARDED_EMAIL' ? direction : 'EMAIL';
  return engagementTypes.find((type) => engagementKinds[type].objectType === objectType)!;
};

/** The metadata of a record's values, without what is empty; lists of people are always there. */
export const metadataOf = (kind: EngagementKind, values: Shown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(kind.metadata).flatMap(([name, field]) => {
      const shown = shownField(field, values);
      return shown === undefined ? [] : [[name, shown]];
    }),
  );

function shownField(field: Field, values: Shown): unknown {
  if (field.as !== 'person' && field.as !== 'people') return shownValue(field.as, values[field.in]);
  const { email, ...names } = field.in;
  if (field.as === 'people')
    return itemsOf(values[email]).map((address, i) => ({
      email: address,
      ...(i === 0 && held(names, values)),
    }));
  const person = held(field.in, values);
  return Object.keys(person).length > 0 ? person : undefined;
}

const held = (properties: Readonly<Record<string, string>>, values: Shown) =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([part, property]) => {
      const value = values[property] ?? null;
      return value === null ? [] : [[part, value]];
    }),
  );

function shownValue(as: Field['as'], value: string | null | undefined): string | number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (as === 'time') return millisecondsOf(value);
  // A hidden value is told as the mask that it is.
  return as === 'number' && Number.isFinite(Number(value)) ? Number(value) : value;
}

const millisecondsOf = (value: string): number | undefined =>
  Number.isNaN(Date.parse(value)) ? undefined : Date.parse(value);

/** The parts of an engagement that every kind has. */
export const commonOf = (values: Shown) => {
  const timestamp = millisecondsOf(values[TIMESTAMP] ?? '');
  const ownerId = Number(values[OWNER] ?? NaN);
  return {
    ...(Number.isSafeInteger(ownerId) && { ownerId }),
    ...(timestamp !== undefined && { timestamp }),
  };
};

export const attachmentsOf = (values: Shown): { readonly id: number }[] =>
  itemsOf(values[ATTACHMENTS]).flatMap((id) =>
    Number.isSafeInteger(Number(id)) ? [{ id: Number(id) }] : [],
  );
