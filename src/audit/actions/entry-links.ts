// Where an entry of the audit log leads: paths of our API. Pure.
import type { FindType } from '../../crm/schemas/object-type.vocabulary';
import type { AuditTarget } from '../audit-entry.vocabulary';
import type { NamedEntry } from '../entry-names';

/** Where one of a type of targets is read, by its id. */
const places: Readonly<Record<string, (id: string) => string>> = {
  properties: (id) => `/crm/v3/properties/${id}`,
  pipelines: (id) => `/crm/v3/pipelines/${id}`,
  schemas: (id) => `/crm-object-schemas/v3/schemas/${id}`,
  imports: (id) => `/crm/v3/imports/${id}`,
  exports: (id) => `/crm/v3/exports/export/${id}`,
  'audit-exports': (id) => `/audit/v1/exports/${id}`,
  backups: (id) => `/backups/v1/backups/${id}`,
  loads: (id) => `/backups/v1/loads/${id}`,
  drills: (id) => `/backups/v1/drills/${id}`,
  plans: (id) => `/restores/v1/plans/${id}`,
  restores: (id) => `/restores/v1/restores/${id}`,
  'bin-restores': (id) => `/recycle-bin/v1/restores/${id}`,
  webhooks: (id) => `/webhooks/v1/subscriptions/${id}`,
  users: (id) => `/settings/v3/users/${id}`,
  'audit-views': (id) => `/audit/v1/views/${id}`,
  'audit-comments': (id) => `/audit/v1/comments/${id}`,
};

const entriesWith = (query: Readonly<Record<string, string>>): string =>
  `/audit/v1/entries?${new URLSearchParams({ ...query, includeNonUser: 'true' }).toString()}`;

export type EntryLinks = Readonly<Record<string, string>>;

function targetLinks({ type, id }: AuditTarget, position: string, find: FindType): EntryLinks {
  const history = entriesWith({ targetType: type, targetId: id });
  const path = [type, id].map(encodeURIComponent).join('/');
  if (find(type))
    return {
      ...{ history, target: `/crm/v3/objects/${path}` },
      recordThen: `/time-travel/v1/objects/${path}?asOf=${position}`,
    };
  const place = places[type]?.(id.split('/').map(encodeURIComponent).join('/'));
  return { history, ...(place !== undefined && { target: place }) };
}

/** Of what acts for somebody, an import or a restore, all that it did; of a request, all that it led to. */
const sameCause = ({ actor, causes }: NamedEntry): string =>
  ['import', 'load', 'restore'].includes(actor.type)
    ? entriesWith({ actor: actor.id })
    : entriesWith({ correlationId: causes.correlationId });

export interface Can {
  readonly restore: boolean;
  readonly download: boolean;
  readonly undo: boolean;
}

/** `isBrief`: the account's tier does not show by what cause it was. */
export function linksOf(entry: NamedEntry, can: Can, isBrief: boolean, find: FindType): EntryLinks {
  const self = `/audit/v1/entries/${entry.id}`;
  return {
    self,
    comments: `${self}/comments`,
    ...(entry.target && targetLinks(entry.target, entry.position, find)),
    ...(!isBrief && { sameCause: sameCause(entry) }),
    ...(can.restore && { restore: `${self}/restore` }),
    ...(can.download && { file: `${self}/file` }),
    ...(can.undo && { undo: `${self}/undo` }),
  };
}
