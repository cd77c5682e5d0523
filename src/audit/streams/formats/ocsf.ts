// Writes an entry as an event of the Open Cybersecurity Schema Framework, in its shape since version 1.3.
import { version } from '../../../version';
import { activityOf, classes, type OcsfClass } from './ocsf-classes';
import { isFailure, weightOf, type ShownEntry, type Weight } from './shown-entry';

const SCHEMA = '1.3.0';

const severities: Readonly<Record<Weight, readonly [id: number, name: string]>> = {
  failure: [3, 'Medium'],
  notable: [2, 'Low'],
  usual: [1, 'Informational'],
};

const product = { name: 'Strata', vendor_name: 'Strata', version };
const service = { name: 'Strata', version };
/** What the schema calls an address of mail: others are told by name alone. */
const EMAIL = /^[a-zA-Z0-9!#$%&'*+\-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+$/;
/** Ids that the schema takes for resources. */
const RESOURCE_UID = 64;

type Json = Readonly<Record<string, unknown>>;

/** Without the members that are unknown. */
const known = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

const person = (
  uid: string,
  name: string | undefined,
  typeId: readonly [number, string] = [1, 'User'],
): Json =>
  known({
    ...{ uid, name: name ?? uid, type_id: typeId[0], type: typeId[1] },
    email_addr: name !== undefined && EMAIL.test(name) ? name : undefined,
  });

const employee = [99, 'Employee of the vendor'] as const;
const system = [3, 'System'] as const;

function userOf({ actor }: ShownEntry): Json {
  if (actor.type === 'employee') return person(actor.id, actor.email ?? actor.name, employee);
  if (actor.userId !== undefined) return person(actor.userId, actor.email);
  return person(actor.id, actor.email ?? actor.name, actor.type === 'system' ? system : [99, actor.type]);
}

/** Who acts through an API key, an import, a restore, a link is that person, by that means. */
function actorOf(entry: ShownEntry): Json {
  const { type, id, name } = entry.actor;
  return known({
    user: userOf(entry),
    ...(type !== 'user' && type !== 'employee' && { app_name: name ?? type, app_uid: `${type}:${id}` }),
  });
}

function endpointOf({ client }: ShownEntry): Json | undefined {
  const { ip, country, region } = client;
  if (ip === null) return undefined;
  return known({ ip, location: country === null ? undefined : known({ country, region }) });
}

/** What is particular to each class. */
const particulars: Readonly<Record<OcsfClass, (entry: ShownEntry) => Json>> = {
  authentication: (entry) => ({
    ...{ user: userOf(entry), service, is_remote: true },
    ...protocolOf(entry.client.loginType),
  }),
  account_change: (entry) => ({
    actor: actorOf(entry),
    user: entry.target ? person(entry.target.id, entry.target.label) : userOf(entry),
  }),
  api_activity: (entry) => ({
    actor: actorOf(entry),
    api: { operation: entry.metadata?.eventType ?? entry.action, service },
    // What Strata does by itself, or by a job, comes from no address.
    ...(!endpointOf(entry) && { src_endpoint: { svc_name: service.name } }),
    ...(entry.target && { resources: [resourceOf(entry.target)] }),
  }),
  entity_management: (entry) => ({
    actor: actorOf(entry),
    entity: entry.target
      ? entityOf(entry.target)
      : { name: entry.subCategory, type: entry.category, type_id: 99 },
  }),
};

type Target = NonNullable<ShownEntry['target']>;

const resourceOf = ({ type, id, label }: Target): Json =>
  known({ type, uid: id.slice(0, RESOURCE_UID), name: label });

const entityOf = ({ type, id, label }: Target): Json =>
  known({ uid: id, name: label, type, type_id: typeIdOf(type) });

const typeIdOf = (type: string): number => (type === 'users' ? 2 : type === 'teams' ? 3 : 99);

function protocolOf(loginType: ShownEntry['client']['loginType']): Json {
  if (loginType === null) return {};
  return loginType === 'SSO'
    ? { auth_protocol_id: 4, auth_protocol: 'OpenID' }
    : { auth_protocol_id: 99, auth_protocol: loginType };
}

/** What the schema has no place for, in our own words. */
function unmappedOf({ category, subCategory, action, actor, source, causes, changes, ...entry }: ShownEntry) {
  const { erased, shortened } = entry;
  return known({
    ...{ category, subCategory, action, actorType: actor.type, department: actor.department },
    ...{ source, commandId: causes?.commandId, causationId: causes?.causationId },
    ...{ target: entry.target, via: actor.via, changes, erased, shortened },
  });
}

export function ocsfOf(entry: ShownEntry): Json {
  const name = classes.of(entry);
  const { uid, caption, category } = classes.table[name];
  const [activityId, activityName] = activityOf(name, entry);
  const [severityId, severity] = severities[weightOf(entry)];
  const failed = isFailure(entry);
  const { userAgent } = entry.client;
  return known({
    ...{ class_uid: uid, class_name: caption, category_uid: category.uid, category_name: category.caption },
    ...{ activity_id: activityId, activity_name: activityName },
    ...{ type_uid: uid * 100 + activityId, type_name: `${caption}: ${activityName}` },
    ...{
      severity_id: severityId,
      severity,
      status_id: failed ? 2 : 1,
      status: failed ? 'Failure' : 'Success',
    },
    ...{ time: Date.parse(entry.occurredAt), message: entry.summary },
    metadata: known({
      ...{ version: SCHEMA, product, uid: entry.id, log_name: 'audit' },
      event_code: entry.metadata?.eventType,
      correlation_uid: entry.causes?.correlationId,
      original_time: entry.occurredAt,
      logged_time: entry.metadata && Date.parse(entry.metadata.recordedAt),
    }),
    src_endpoint: endpointOf(entry),
    http_request: userAgent === null ? undefined : { user_agent: userAgent },
    ...particulars[name](entry),
    unmapped: unmappedOf(entry),
  });
}
