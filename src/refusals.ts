// Every refusal that Strata can answer with: one table for code, docs and OpenAPI, in HubSpot's error shape.
import { auditCommentRefusals } from './audit/comments/comment-refusals.vocabulary';
import { auditViewRefusals } from './audit/views/view-refusals.vocabulary';
import { backupRefusals } from './backups/backup-refusals.vocabulary';
import { alertRefusals } from './audit/alerts/alert-refusals.vocabulary';
import { signInRefusals } from './identity/sign-in-refusals.vocabulary';
import { conflict, invalid, notFound, row, type RefusalRow } from './supervision/refusal-row.vocabulary';
import { restoreRefusals } from './restores/restore-refusals.vocabulary';
import { timeTravelRefusals } from './time-travel/time-travel-refusals.vocabulary';

export const refusals = {
  'body-malformed': invalid('The request could not be read'),
  'input-invalid': invalid('The request is not valid'),
  'body-too-large': row(413, 'VALIDATION_ERROR', 'The request is too large'),
  'body-too-complex': invalid('The body has too many values, or they are nested too deep'),
  'headers-too-large': row(431, 'VALIDATION_ERROR', 'The headers of the request are too large'),
  'request-too-slow': row(408, 'REQUEST_TIMEOUT', 'The request did not come in the time it may take'),
  'content-type-wrong': row(415, 'VALIDATION_ERROR', 'The content type is not one this route reads'),
  'route-unknown': notFound('No such route'),
  'token-invalid': row(
    401,
    'INVALID_AUTHENTICATION',
    'A valid bearer token is needed: of a session, or an API key',
  ),
  'token-expired': row(
    401,
    'EXPIRED_AUTHENTICATION',
    'The token has expired: log in again, or make another API key',
    'TOKEN_EXPIRED',
  ),
  'scope-missing': row(403, 'MISSING_SCOPES', 'Your role, or the API key, does not give what this needs'),
  'access-denied': row(403, 'FORBIDDEN', 'This is not allowed to you'),
  'rights-exceeded': row(
    403,
    'FORBIDDEN',
    'Nobody gives rights that they lack: your role, or the API key, does not have all that this would give',
    'RIGHTS_EXCEEDED',
  ),
  'login-failed': row(401, 'INVALID_AUTHENTICATION', 'The e-mail address or the password is wrong'),
  'password-known': invalid(
    'This password is among those that are tried first: choose one that nobody would guess',
    'PASSWORD_KNOWN',
  ),
  'two-factor-active': conflict('The second factor is active: switch it off first'),
  ...alertRefusals,
  ...signInRefusals,
  'too-many-attempts': row(429, 'RATE_LIMITS', 'Too many attempts; try again later'),
  'caller-busy': row(429, 'RATE_LIMITS', 'Too much that you asked for is under way; try again in a moment'),
  'server-busy': row(503, 'SERVER_BUSY', 'Too much is under way at once; try again in a moment'),
  'store-unavailable': row(
    503,
    'STORE_UNAVAILABLE',
    'A store is out of reach for now; try again in a moment',
  ),
  'setup-done': conflict('There is a first super admin already'),
  'setup-token-wrong': row(401, 'INVALID_AUTHENTICATION', 'The setup link is not the one printed last'),
  'user-unknown': notFound('No such user'),
  'user-exists': conflict('There is a user with this e-mail address already', 'USER_EXISTS'),
  'user-not-invited': conflict('The user has no invitation that is open', 'USER_NOT_INVITED'),
  'user-not-active': conflict('The user has not accepted their invitation', 'USER_NOT_ACTIVE'),
  'invitation-invalid': row(
    401,
    'INVALID_AUTHENTICATION',
    'The invitation has expired, was withdrawn or was accepted before: ask for a new one',
    'INVITATION_INVALID',
  ),
  'last-super-admin': conflict(
    'An account has at least one super admin: make another first',
    'LAST_SUPER_ADMIN',
  ),
  'role-unknown': notFound('No such role'),
  'role-standard': conflict('A standard role cannot be changed: make one of your own', 'ROLE_STANDARD'),
  'role-in-use': conflict('Users have this role: give them another first', 'ROLE_IN_USE'),
  'team-unknown': notFound('No such team'),
  'name-taken': conflict('There is one of this name already', 'NAME_TAKEN'),
  'too-many': invalid('There are as many as there may be', 'TOO_MANY'),
  'session-unknown': notFound('No such session'),
  'notification-unknown': notFound('There is no such notification of yours'),
  'webhook-unknown': notFound('No such subscription'),
  'webhook-secret-shown': conflict(
    'The secret that this Idempotency-Key was sent for was shown once: make it anew',
    'SECRET_SHOWN',
  ),
  'webhook-address-refused': invalid(
    'Nothing is sent to private addresses: WEBHOOKS_PRIVATE lets it',
    'ADDRESS_REFUSED',
  ),
  'audit-stream-unknown': notFound('No such stream of the audit log'),
  'access-token-unknown': notFound('No such token'),
  'api-key-unknown': notFound('No such API key'),
  'api-key-shown': conflict(
    'The token that this Idempotency-Key was sent for was shown once: make, or rotate, another key',
    'TOKEN_SHOWN',
  ),
  'api-key-ended': conflict('The API key was revoked or has expired: make another', 'API_KEY_ENDED'),
  'idempotency-key-reused': conflict(
    'The Idempotency-Key was used for another request within the last 24 h',
    'IDEMPOTENCY_KEY_REUSED',
  ),
  'internal-error': row(500, 'INTERNAL_ERROR', 'Something went wrong on our side'),
  'stream-moved-on': row(412, 'CONFLICT', 'It changed since you read it'),
  'stream-contended': conflict('Others kept changing it at the same time; try again'),
  'event-too-large': row(413, 'VALIDATION_ERROR', 'The change is too large to be stored as one event'),
  'projection-behind': row(503, 'PROJECTION_BEHIND', 'The read model has not reached the position asked for'),
  'file-missing': notFound(
    'The file is not on the disk of this server: what can be made again has to be asked for again',
    'FILE_MISSING',
  ),
  ...backupRefusals,
  'link-maker-ended': row(
    403,
    'FORBIDDEN',
    'The session or the API key that made this link has ended, and the link with it: make another',
    'LINK_MAKER_ENDED',
  ),
  ...restoreRefusals,
  ...auditViewRefusals,
  ...auditCommentRefusals,
  'audit-entry-unknown': notFound('No such entry of the audit log'),
  'audit-entry-not-restorable': conflict(
    'Nothing can be brought back from this entry: only the deletion of a record can be undone from it',
  ),
  'legal-hold': conflict(
    'A legal hold covers the record: it cannot be erased before the hold is released',
    'LEGAL_HOLD',
  ),
  'hold-unknown': notFound('No such legal hold'),
  'purge-unknown': notFound('No such purge'),
  'retention-unlimited': conflict(
    'No category of the audit log has a limit: nothing is to be purged',
    'RETENTION_UNLIMITED',
  ),
  'tier-required': row(403, 'TIER_REQUIRED', "The account's tier, or its add-ons, do not include this"),
  'import-unknown': notFound('No such import'),
  'import-ended': conflict('The import has ended: there is nothing to cancel'),
  'upload-quota': conflict(
    'There is no room for the upload: uploads lie on the disk until their imports have ended; try again then',
    'UPLOAD_QUOTA',
  ),
  'import-upload-unknown': notFound('The import has no such file'),
  'import-upload-deleted': notFound(
    'The uploaded files of an import are deleted when it has ended',
    'IMPORT_UPLOAD_DELETED',
  ),
  'import-errors-expired': notFound('The list of errors has been deleted, 90 days after the import'),
  'import-request-invalid': invalid('The import request is not valid'),
  'proof-pending': conflict(
    'No checkpoint covers this yet: one is signed within a minute, or after a thousand events',
    'PROOF_PENDING',
  ),
  'audit-entry-no-file': notFound('The entry tells of nothing that has a file'),
  'export-unknown': notFound('No such export'),
  'audit-export-unknown': notFound('No such export of the audit log'),
  'audit-export-schedule-unknown': notFound('No such schedule of exports of the audit log'),
  'audit-export-schedules-full': conflict(
    'The account has as many schedules of exports of the audit log as it may: delete one first',
  ),
  'export-ended': conflict('The export has ended: there is nothing to cancel'),
  'export-unsupported': invalid('Exports of this kind are not made', 'EXPORT_UNSUPPORTED'),
  'export-file-none': notFound(
    'The export has no file: it is not done, or was cancelled, or failed',
    'EXPORT_FILE_NONE',
  ),
  'export-withdrawn': notFound(
    'A record in the file has been erased, so the file was deleted: ask for another export',
    'EXPORT_WITHDRAWN',
  ),
  'export-file-expired': notFound(
    'The file has been deleted after its time: ask for a new export',
    'EXPORT_FILE_EXPIRED',
  ),
  'export-link-invalid': row(
    403,
    'FORBIDDEN',
    'The download link has expired or is not one of ours: ask for the status again',
    'LINK_EXPIRED',
  ),
  'cursor-invalid': invalid('The paging cursor belongs to no page of this list'),
  'query-too-slow': row(503, 'QUERY_TOO_SLOW', 'The query took too long and was cut'),
  'associations-too-many': invalid(
    'The search would have to look at more than 50,000 associations: name fewer records, or read the ' +
      'associations of one page by page at /crm/v4/objects/{objectType}/{id}/associations/{toObjectType}',
    'ASSOCIATIONS_TOO_MANY',
  ),
  'object-type-unknown': invalid('Unable to infer object type'),
  'answer-too-large': row(
    413,
    'VALIDATION_ERROR',
    'The answer would be too large: ask for fewer records or properties at once',
    'ANSWER_TOO_LARGE',
  ),
  'record-too-large': row(
    413,
    'VALIDATION_ERROR',
    'The values of a record may have at most 4,194,304 characters together',
    'RECORD_TOO_LARGE',
  ),
  ...timeTravelRefusals,
  'record-unknown': notFound('resource not found'),
  'record-merged': conflict('The record has been merged into another', 'RECORD_MERGED'),
  'record-purged': notFound('The record has left the recycle bin for good', 'RECORD_PURGED'),
  'erasure-unknown': notFound('No such erasure'),
  'erasure-carried-out': conflict('The erasure has been carried out: nothing brings the record back'),
  'record-erased': notFound('The record has been erased and never comes back', 'RECORD_ERASED'),
  'record-id-taken': conflict('A record with this id already exists; try again'),
  'value-taken': conflict('Another record holds this unique value'),
  'value-contended': conflict(
    'Another request is about to take this unique value; try again',
    'VALUE_CONTENDED',
  ),
  'properties-invalid': invalid('Property values were not valid'),
  'schema-unknown': notFound('No such custom object type'),
  'schema-exists': conflict('An object type of this name already exists'),
  'schema-invalid': invalid('The schema is not valid'),
  'schema-in-use': conflict('The object type still has records: archive them first'),
  'owner-unknown': notFound('No such owner'),
  'pipeline-unknown': notFound('No such pipeline'),
  'pipeline-stage-unknown': notFound('No such stage'),
  'pipeline-exists': conflict('A pipeline or stage of this id already exists'),
  'pipeline-invalid': invalid('The pipeline is not valid'),
  'pipeline-in-use': conflict('Records stand in the pipeline or stage: move them first', 'PIPELINE_IN_USE'),
  'property-unknown': notFound('No such property'),
  'property-exists': conflict('A property of this name already exists'),
  'property-invalid': invalid('The property definition is not valid'),
  'property-group-unknown': notFound('No such property group'),
  'property-group-exists': conflict('A property group of this name already exists'),
  'property-group-invalid': invalid('The property group is not valid'),
  'property-group-in-use': conflict('The property group has properties: archive or move them first'),
  'property-group-standard': invalid('A standard property group cannot be changed or archived'),
  'property-standard': invalid('A standard property cannot be changed or archived'),
  'association-type-unknown': invalid(
    'There is no such association type between these object types',
    'ASSOCIATION_TYPE_UNKNOWN',
  ),
  'association-type-exists': conflict(
    'An association type of this name already exists between these object types',
  ),
  'association-type-standard': invalid('A standard association type cannot be changed or deleted'),
  'association-type-invalid': invalid('The association type is not valid'),
} satisfies Record<string, RefusalRow>;

export type RefusalCode = keyof typeof refusals;

export interface RefusalDetail {
  /** Replaces the table's message. Never holds customers' values. */
  readonly message?: string;
  readonly subCategory?: string;
  readonly errors?: readonly {
    readonly message: string;
    readonly code?: string;
    readonly in?: string;
    readonly context?: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly context?: Readonly<Record<string, readonly string[]>>;
  /** Seconds, for the Retry-After header. */
  readonly retryAfter?: number;
  /** For the RateLimit headers. */
  readonly rateLimit?: RateLimit;
}

/** What is left of a limit on how often something may be asked for. */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the limit is whole again, or where nothing remains, until the next request may come. */
  readonly reset: number;
}

/** Whether a refusal says nothing of the command itself, which may go through a moment later. */
export const isPassing = (code: RefusalCode): boolean =>
  code === 'stream-contended' || code === 'value-contended' || code === 'projection-behind';

/** A command or query that is not carried out, with a code from the table. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly detail: RefusalDetail = {},
  ) {
    super(detail.message ?? refusals[code].message);
  }
}
