// Every refusal the product can answer with: one table for code, README and OpenAPI, in HubSpot's error shape.

export interface RefusalRow {
  readonly status: number;
  readonly category: string;
  readonly subCategory?: string;
  readonly message: string;
}

export const refusals = {
  'body-malformed': { status: 400, category: 'VALIDATION_ERROR', message: 'The request could not be read' },
  'input-invalid': { status: 400, category: 'VALIDATION_ERROR', message: 'The request is not valid' },
  'body-too-large': { status: 413, category: 'VALIDATION_ERROR', message: 'The request is too large' },
  'content-type-wrong': {
    status: 415,
    category: 'VALIDATION_ERROR',
    message: 'The content type is not one this route reads',
  },
  'route-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such route' },
  'token-invalid': {
    status: 401,
    category: 'INVALID_AUTHENTICATION',
    message: 'A valid bearer token is needed: of a session, or an API key',
  },
  'scope-missing': {
    status: 403,
    category: 'MISSING_SCOPES',
    message: 'The API key does not have the scope that this needs',
  },
  'access-denied': { status: 403, category: 'FORBIDDEN', message: 'This is not allowed to you' },
  'login-failed': {
    status: 401,
    category: 'INVALID_AUTHENTICATION',
    message: 'The e-mail address or the password is wrong',
  },
  'totp-required': {
    status: 401,
    category: 'INVALID_AUTHENTICATION',
    subCategory: 'TOTP_REQUIRED',
    message: 'A current code of the second factor is needed; each is good once',
  },
  'two-factor-not-set-up': {
    status: 403,
    category: 'FORBIDDEN',
    subCategory: 'TWO_FACTOR_NOT_SET_UP',
    message: 'Set up a second factor first',
  },
  'two-factor-active': {
    status: 409,
    category: 'CONFLICT',
    message: 'The second factor is active: switch it off first',
  },
  'too-many-attempts': {
    status: 429,
    category: 'RATE_LIMITS',
    message: 'Too many attempts; try again later',
  },
  'setup-done': { status: 409, category: 'CONFLICT', message: 'There is a first super admin already' },
  'setup-token-wrong': {
    status: 401,
    category: 'INVALID_AUTHENTICATION',
    message: 'The setup link is not the one printed last',
  },
  'user-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such user' },
  'session-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such session' },
  'api-key-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such API key' },
  'idempotency-key-reused': {
    status: 409,
    category: 'CONFLICT',
    subCategory: 'IDEMPOTENCY_KEY_REUSED',
    message: 'The Idempotency-Key was used for another request within the last 24 h',
  },
  'internal-error': { status: 500, category: 'INTERNAL_ERROR', message: 'Something went wrong on our side' },
  'stream-moved-on': { status: 412, category: 'CONFLICT', message: 'It changed since you read it' },
  'stream-contended': {
    status: 409,
    category: 'CONFLICT',
    message: 'Others kept changing it at the same time; try again',
  },
  'event-too-large': {
    status: 413,
    category: 'VALIDATION_ERROR',
    message: 'The change is too large to be stored as one event',
  },
  'projection-behind': {
    status: 503,
    category: 'PROJECTION_BEHIND',
    message: 'The read model has not reached the position asked for',
  },
  'backup-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such backup' },
  'backup-quota': {
    status: 429,
    category: 'BACKUP_QUOTA',
    subCategory: 'BACKUP_QUOTA',
    message: 'The account has made all the backups it may for now; see nextAllowedAt',
  },
  'backup-as-of-future': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'asOf must not lie in the future or after the end of the log',
  },
  'backup-ended': {
    status: 409,
    category: 'CONFLICT',
    message: 'The backup has ended: there is nothing to cancel',
  },
  'backup-cancelled': {
    status: 409,
    category: 'CONFLICT',
    message: 'The backup was cancelled: ask for a new one with its position as asOf',
  },
  'backup-file-none': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'BACKUP_FILE_NONE',
    message: 'The backup has no file yet',
  },
  'backup-file-expired': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'BACKUP_FILE_EXPIRED',
    message: 'The file has been deleted after its time; the backup can be built again',
  },
  'backup-withdrawn': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'BACKUP_WITHDRAWN',
    message: 'A record in the file has been erased, so the file was deleted; the backup can be built again',
  },
  'backup-link-invalid': {
    status: 403,
    category: 'FORBIDDEN',
    subCategory: 'LINK_EXPIRED',
    message: 'The download link has expired or is not one of ours',
  },
  'restore-plan-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such restore plan' },
  'restore-backup-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such backup' },
  'restore-plan-not-ready': {
    status: 409,
    category: 'CONFLICT',
    subCategory: 'PLAN_NOT_READY',
    message: 'The restore plan is not ready: it is still being made, or it failed or was cancelled',
  },
  'restore-plan-not-planning': {
    status: 409,
    category: 'CONFLICT',
    message: 'The restore plan is not being made any more: there is nothing to cancel',
  },
  'restore-plan-expired': {
    status: 409,
    category: 'CONFLICT',
    subCategory: 'PLAN_EXPIRED',
    message: 'The restore plan has expired, 24 h after it was made: make a new one',
  },
  'restore-plan-withdrawn': {
    status: 409,
    category: 'CONFLICT',
    subCategory: 'PLAN_WITHDRAWN',
    message: 'A record in the restore plan has been erased: make a new plan',
  },
  'restore-plan-executed': {
    status: 409,
    category: 'CONFLICT',
    subCategory: 'PLAN_EXECUTED',
    message: 'The restore plan has been executed before: make a new one',
  },
  'restore-not-confirmed': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'Executing a restore needs both confirmations',
  },
  'restore-in-progress': {
    status: 409,
    category: 'CONFLICT',
    subCategory: 'RESTORE_IN_PROGRESS',
    message: 'Another restore is running: one at a time',
  },
  'restore-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such restore' },
  'restore-ended': { status: 409, category: 'CONFLICT', message: 'The restore has ended' },
  'bin-restore-unknown': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    message: 'No such restore from the recycle bin',
  },
  'bin-restore-ended': {
    status: 409,
    category: 'CONFLICT',
    message: 'The restore from the recycle bin has ended',
  },
  'audit-entry-unknown': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    message: 'No such entry of the audit log',
  },
  'audit-entry-not-restorable': {
    status: 409,
    category: 'CONFLICT',
    message:
      'Nothing can be brought back from this entry: only the deletion of a record can be undone from it',
  },
  'tier-required': {
    status: 403,
    category: 'TIER_REQUIRED',
    message: "The account's tier does not show this category: ENTERPRISE shows all",
  },
  'import-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such import' },
  'import-ended': {
    status: 409,
    category: 'CONFLICT',
    message: 'The import has ended: there is nothing to cancel',
  },
  'import-errors-expired': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    message: 'The list of errors has been deleted, 90 days after the import',
  },
  'import-request-invalid': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'The import request is not valid',
  },
  'audit-entry-no-file': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    message: 'The entry tells of nothing that has a file',
  },
  'export-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such export' },
  'export-ended': {
    status: 409,
    category: 'CONFLICT',
    message: 'The export has ended: there is nothing to cancel',
  },
  'export-unsupported': {
    status: 400,
    category: 'VALIDATION_ERROR',
    subCategory: 'EXPORT_UNSUPPORTED',
    message: 'Exports of this kind are not made',
  },
  'export-file-none': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'EXPORT_FILE_NONE',
    message: 'The export has no file: it is not done, or was cancelled, or failed',
  },
  'export-withdrawn': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'EXPORT_WITHDRAWN',
    message: 'A record in the file has been erased, so the file was deleted: ask for another export',
  },
  'export-file-expired': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'EXPORT_FILE_EXPIRED',
    message: 'The file has been deleted after its time: ask for a new export',
  },
  'export-link-invalid': {
    status: 403,
    category: 'FORBIDDEN',
    subCategory: 'LINK_EXPIRED',
    message: 'The download link has expired or is not one of ours: ask for the status again',
  },
  'cursor-invalid': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'The paging cursor belongs to no page of this list',
  },
  'query-too-slow': {
    status: 503,
    category: 'QUERY_TOO_SLOW',
    message: 'The query took too long and was cut',
  },
  'object-type-unknown': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'Unable to infer object type',
  },
  'record-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'resource not found' },
  'record-merged': {
    status: 409,
    category: 'CONFLICT',
    subCategory: 'RECORD_MERGED',
    message: 'The record has been merged into another',
  },
  'record-purged': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'RECORD_PURGED',
    message: 'The record has left the recycle bin for good',
  },
  'record-erased': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'RECORD_ERASED',
    message: 'The record has been erased and never comes back',
  },
  'record-id-taken': {
    status: 409,
    category: 'CONFLICT',
    message: 'A record with this id already exists; try again',
  },
  'value-taken': { status: 409, category: 'CONFLICT', message: 'Another record holds this unique value' },
  'properties-invalid': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'Property values were not valid',
  },
  'schema-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such custom object type' },
  'schema-exists': {
    status: 409,
    category: 'CONFLICT',
    message: 'An object type of this name already exists',
  },
  'schema-invalid': { status: 400, category: 'VALIDATION_ERROR', message: 'The schema is not valid' },
  'schema-in-use': {
    status: 409,
    category: 'CONFLICT',
    message: 'The object type still has records: archive them first',
  },
  'owner-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such owner' },
  'pipeline-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such pipeline' },
  'pipeline-stage-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such stage' },
  'pipeline-exists': {
    status: 409,
    category: 'CONFLICT',
    message: 'A pipeline or stage of this id already exists',
  },
  'pipeline-invalid': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'The pipeline is not valid',
  },
  'pipeline-in-use': {
    status: 409,
    category: 'CONFLICT',
    subCategory: 'PIPELINE_IN_USE',
    message: 'Records stand in the pipeline or stage: move them first',
  },
  'property-unknown': { status: 404, category: 'OBJECT_NOT_FOUND', message: 'No such property' },
  'property-exists': { status: 409, category: 'CONFLICT', message: 'A property of this name already exists' },
  'property-invalid': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'The property definition is not valid',
  },
  'property-group-unknown': {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    message: 'No such property group',
  },
  'property-group-exists': {
    status: 409,
    category: 'CONFLICT',
    message: 'A property group of this name already exists',
  },
  'property-group-invalid': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'The property group is not valid',
  },
  'property-group-in-use': {
    status: 409,
    category: 'CONFLICT',
    message: 'The property group has properties: archive or move them first',
  },
  'property-group-standard': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'A standard property group cannot be changed or archived',
  },
  'property-standard': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'A standard property cannot be changed or archived',
  },
  'association-type-unknown': {
    status: 400,
    category: 'VALIDATION_ERROR',
    subCategory: 'ASSOCIATION_TYPE_UNKNOWN',
    message: 'There is no such association type between these object types',
  },
  'association-type-exists': {
    status: 409,
    category: 'CONFLICT',
    message: 'An association type of this name already exists between these object types',
  },
  'association-type-standard': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'A standard association type cannot be changed or deleted',
  },
  'association-type-invalid': {
    status: 400,
    category: 'VALIDATION_ERROR',
    message: 'The association type is not valid',
  },
} as const satisfies Record<string, RefusalRow>;

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
}

/** A command or query that is not carried out, with a code from the table. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly detail: RefusalDetail = {},
  ) {
    super(detail.message ?? refusals[code].message);
  }
}
