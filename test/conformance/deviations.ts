// Where our answers go beyond HubSpot's published files, or these are wrong about HubSpot's own. All else is as published.
/** By schema and field: JSON schemas. */
type Fields = Readonly<Record<string, Readonly<Record<string, object>>>>;

const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };

// What has become of the user, and since when.
const user = {
  status: { type: 'string', enum: ['invited', 'active', 'deactivated'] },
  twoFactor: { type: 'boolean' },
  ...{ invitedUntil: time, createdAt: time, updatedAt: time },
};

/** Fields that are ours. */
export const ours: Fields = {
  // HubSpot's errors have it too; its files leave it out.
  Error: { status: { type: 'string', enum: ['error'] } },
  // From when on histories are told, where there is more than one answer holds.
  SimplePublicObject: { historySince: time },
  SimplePublicObjectWithAssociations: { historySince: time },
  PublicImportResponse: {
    ...{ error: text, dryRun: { type: 'boolean' } },
    readAs: { type: 'array', items: { type: 'object', additionalProperties: text } },
  },
  // What a cell of an import was to be.
  PublicImportError: { expected: text, options: { type: 'array', items: text } },
  PublicUser: user,
  PublicUserMarch2026: user,
  // What the role allows.
  PublicPermissionSet: { standard: { type: 'boolean' }, permissions: { type: 'object' } },
  PortalInformationResponse: { tier: text, addOns: { type: 'array', items: text }, createdAt: time },
  // What was imported before it was cancelled.
  ActionResponse: { counters: { type: 'object', additionalProperties: { type: 'integer' } } },
  // Where an export stands, who asked for it, and what of it can be fetched.
  PublicExportResponse: {
    startedAt: time,
    requestedBy: text,
    position: text,
    maskedProperties: { type: 'array', items: text },
    associatedObjectTypes: { type: 'array', items: text },
    progress: {
      type: 'object',
      required: ['done', 'total'],
      properties: { done: { type: 'integer' }, total: { type: 'integer' } },
    },
    fileStatus: { type: 'string', enum: ['AVAILABLE', 'EXPIRED', 'NONE'] },
    fileExpiresAt: time,
    bytes: { type: 'integer' },
    sha256: text,
    error: text,
  },
};

const nullable = { type: 'object', additionalProperties: { type: 'string', nullable: true } };

/** What HubSpot answers, by its own client's types, where its files say less. */
export const corrections: Fields = {
  // A property that was asked for and has no value is null.
  SimplePublicObject: { properties: nullable },
  SimplePublicObjectWithAssociations: { properties: nullable },
  SimplePublicUpsertObject: { properties: nullable },
  // The type without a label has the label null.
  AssociationSpecWithLabel: { label: { type: 'string', nullable: true } },
  // A time in milliseconds, which 2026-09 says to have 32 bits.
  PublicImportError: { createdAt: { type: 'integer', format: 'int64' } },
};

/** Published operations that an API key needs another scope for than HubSpot asks for: which, and why. */
const ofTheLog = {
  scope: 'audit.read',
  why: 'HubSpot asks for `account-info.security.read`; here one scope opens the audit log in every shape',
};

export const otherScopes: Readonly<Record<string, { readonly scope: string; readonly why: string }>> = {
  'GET /account-info/v3/activity/audit-logs': ofTheLog,
  'GET /account-info/v3/activity/login': ofTheLog,
  'GET /account-info/v3/activity/security': ofTheLog,
  'POST /crm/v3/objects/contacts/gdpr-delete': {
    scope: 'crm.objects.contacts.erase',
    why: 'HubSpot asks for `crm.objects.contacts.write`; here erasing also deletes files of backups, so a key that writes may not',
  },
};

/** Fields of bodies that HubSpot's files do not name, by operations: ours, or known from its documentation. */
const searching = ['filters', 'filters.*', 'sorts.propertyName', 'sorts.direction', 'asOf'];
export const ownInBodies: readonly (readonly [operations: RegExp, fields: readonly string[]])[] = [
  [/\/search$/, searching],
  [/^POST \/crm\/v3\/exports/, ['publicCrmSearchRequest.sorts.*']],
  // What is said at creation may be repeated, but not changed.
  [
    /^PATCH \/crm\/v3\/properties/,
    ['name', 'hasUniqueValue', 'dataSensitivity', 'externalOptions', 'referencedObjectType'],
  ],
  // What a property may have that is defined alone.
  [
    /^POST \/crm-object-schemas/,
    ['currencyPropertyName', 'dataSensitivity', 'externalOptions', 'calculationFormula'].map(
      (name) => `properties.${name}`,
    ),
  ],
  [/^PUT \/settings\/v3\/users/, ['superAdmin']],
];
