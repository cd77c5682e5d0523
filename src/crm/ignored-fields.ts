// Fields of bodies that are taken and mean nothing: those of an answer that is sent back, and those that clients send
// beyond what HubSpot publishes. Every other field that is not known is refused by its name.
import { z } from 'zod';

interface IgnoredFields {
  /** The object that has them, for people. */
  readonly of: string;
  readonly names: readonly string[];
  readonly why: string;
}

const sentBack = 'an answer that is sent back has them; they are not changed by it';

export const ignoredFields = {
  record: {
    of: 'a record that is changed',
    names: [
      ...['id', 'createdAt', 'updatedAt', 'archived', 'archivedAt', 'propertiesWithHistory', 'historySince'],
      ...['url', 'warnings'],
    ],
    why: sentBack,
  },
  oneRecord: {
    of: 'a single record that is created or changed',
    names: ['objectWriteTraceId'],
    why: 'clients send it as in a batch; of one record there is one answer',
  },
  search: {
    of: 'a search',
    names: ['sortBy', 'direction'],
    why: 'n8n’s node sends what it made its `sorts` of beside them',
  },
  property: {
    of: 'a property',
    names: [
      ...['archived', 'archivedAt', 'calculated', 'createdAt', 'createdUserId', 'dateDisplayHint'],
      ...['hubspotDefined', 'modificationMetadata', 'sensitiveDataCategories', 'updatedAt', 'updatedUserId'],
    ],
    why: sentBack,
  },
  schemaProperty: {
    of: 'a property in the schema of an object type',
    names: ['externalOptionsReferenceType', 'optionSortStrategy', 'searchableInGlobalSearch'],
    why: 'they are about pages of HubSpot’s',
  },
  engagement: {
    of: '`engagement` in `/engagements/v1`',
    names: ['active', 'createdAt', 'createdBy', 'id', 'lastUpdated', 'modifiedBy', 'portalId'],
    why: sentBack,
  },
  engagementMetadata: {
    of: '`metadata` in `/engagements/v1`',
    names: ['forObjectType'],
    why: 'what a task is for is told by what it is associated with',
  },
} as const satisfies Record<string, IgnoredFields>;

/** The ignored fields of an object as parts of its schema. */
export const ignored = <K extends keyof typeof ignoredFields>(object: K) =>
  Object.fromEntries(
    ignoredFields[object].names.map((name) => [name, z.unknown().optional()]),
  ) as unknown as Record<(typeof ignoredFields)[K]['names'][number], z.ZodOptional<z.ZodUnknown>>;
