// The audit log's taxonomy: categories, their sub-categories, actions, and the tier from which each is seen.
import type { FindType } from '../crm/schemas/object-type.vocabulary';
import type { AddOn, Tier } from '../tiers/features';
import { reaches } from '../tiers/requirements';

export interface Category {
  readonly id: string;
  readonly label: string;
  /** The lowest subscription tier whose super admins see the category. */
  readonly tier: Tier;
  /** Add-on needed besides the tier to export the category. */
  readonly exportAddOn?: AddOn;
  /** Sub-categories of the product's own events. `*objectType` stands for every object type, by its plural name. */
  readonly own: readonly string[];
  /** Sub-categories that other modules report. */
  readonly reported: readonly string[];
}

export const EVERY_OBJECT_TYPE = '*objectType';

/**
 * DELETE: a record goes to the bin, a file or a setting ends. ARCHIVE: a definition or a pipeline is retired. PURGE: a
 * record leaves the bin for good, or a file goes because its time is over.
 */
export const actions: readonly string[] = [
  'CREATE',
  'UPDATE',
  'DELETE',
  'RESTORE',
  'MERGE',
  'ARCHIVE',
  'PURGE',
  'LOGIN',
  'LOGOUT',
  'EXPORT',
  'IMPORT',
  'DOWNLOAD',
  'VIEW',
  'GRANT',
  'REVOKE',
  'ENABLE',
  'DISABLE',
  'ASSOCIATE',
  'DISASSOCIATE',
  'APPROVE',
  'REJECT',
  'REQUEST',
  'PUBLISH',
  'UNPUBLISH',
  'SHARE',
  'RUN',
];

export const categories: readonly Category[] = [
  {
    id: 'LOGIN',
    label: 'Login',
    tier: 'STARTER',
    own: ['LOGIN_SUCCEEDED', 'LOGIN_FAILED', 'LOGOUT', 'EMPLOYEE_LOGIN'],
    reported: [],
  },
  {
    id: 'SECURITY_ACTIVITY',
    label: 'Security activity',
    tier: 'STARTER',
    own: [
      'USER',
      'TEAM',
      'PERMISSION',
      'TWO_FACTOR',
      'PASSWORD',
      'SSO',
      'API_KEY',
      'SESSION',
      'EXPORT',
      'IMPORT',
      'BACKUP',
      'RESTORE',
      'EMPLOYEE_ACCESS',
      'AUDIT_LOG',
      'WEBHOOK',
      'LOG',
    ],
    reported: ['REPORT'],
  },
  {
    id: 'APPROVALS',
    label: 'Approvals',
    tier: 'ENTERPRISE',
    own: ['RESTORE_PLAN'],
    reported: ['CONTENT', 'QUOTE', 'DEAL'],
  },
  {
    id: 'COMMUNICATION_PREFERENCES',
    label: 'Communication preferences',
    tier: 'ENTERPRISE',
    own: [],
    reported: ['DOUBLE_OPT_IN', 'SUBSCRIPTION_TYPE'],
  },
  {
    id: 'CONTENT',
    label: 'Content activity',
    tier: 'ENTERPRISE',
    exportAddOn: 'CONTENT_ENTERPRISE',
    own: [],
    reported: [
      'BLOG_POST',
      'LANDING_PAGE',
      'WEBSITE_PAGE',
      'EMAIL',
      'TEMPLATE',
      'MODULE',
      'FILE',
      'DOMAIN',
      'REDIRECT',
    ],
  },
  {
    id: 'CRM_OBJECT',
    label: 'CRM objects',
    tier: 'ENTERPRISE',
    own: [
      'CONTACT',
      'COMPANY',
      'DEAL',
      'TICKET',
      'PRODUCT',
      'CALL',
      'CONVERSATION',
      'TASK',
      'CUSTOM_OBJECT',
      'CUSTOM_OBJECT_DEFINITION',
      'NOTE',
      'EMAIL',
      'MEETING',
      'LINE_ITEM',
      'QUOTE',
      'LEAD',
    ],
    reported: [
      'BLOG_POST',
      'CAMPAIGN',
      'QUOTE_TEMPLATE',
      'LANDING_PAGE',
      'MARKETING_CAMPAIGN',
      'MARKETING_EVENT',
      'PLAYBOOK',
      'WEBSITE_PAGE',
      'SOCIAL_CHANNEL',
      'SOCIAL_POST',
    ],
  },
  {
    id: 'CRM_OBJECT_ASSOCIATION',
    label: 'CRM object association',
    tier: 'ENTERPRISE',
    own: ['*objectType'],
    reported: [],
  },
  {
    id: 'CUSTOM_OBJECT_ASSOCIATION',
    label: 'Custom object association',
    tier: 'ENTERPRISE',
    own: ['*objectType'],
    reported: [],
  },
  {
    id: 'CUSTOMER_AGENT',
    label: 'Customer agent actions',
    tier: 'ENTERPRISE',
    own: [],
    reported: ['AGENT', 'KNOWLEDGE_SOURCE', 'HANDOFF'],
  },
  {
    id: 'DATA_PRIVACY_REQUEST',
    label: 'Data privacy requests',
    tier: 'ENTERPRISE',
    own: ['ERASURE', 'ACCESS'],
    reported: [],
  },
  { id: 'LIST', label: 'Lists', tier: 'ENTERPRISE', own: [], reported: ['STATIC', 'ACTIVE'] },
  { id: 'MEETING', label: 'Meetings', tier: 'ENTERPRISE', own: [], reported: ['MEETING', 'SCHEDULING_PAGE'] },
  {
    id: 'MULTI_ACCOUNT_MANAGEMENT',
    label: 'Multi-account management',
    tier: 'ENTERPRISE',
    own: [],
    reported: ['ACCOUNT_LINK', 'ASSET_COPY'],
  },
  { id: 'PIPELINE', label: 'Pipeline changes', tier: 'ENTERPRISE', own: ['*objectType'], reported: [] },
  { id: 'PROPERTY', label: 'Property updates', tier: 'ENTERPRISE', own: ['*objectType'], reported: [] },
  {
    id: 'PROPERTY_VALUE',
    label: 'Property value updates',
    tier: 'ENTERPRISE',
    own: ['*objectType'],
    reported: [],
  },
  {
    id: 'RECORD_CREATION_FORM',
    label: 'Record creation form',
    tier: 'ENTERPRISE',
    own: [],
    reported: ['*objectType'],
  },
  {
    id: 'SALESFORCE',
    label: 'Salesforce activity',
    tier: 'ENTERPRISE',
    own: [],
    reported: ['SYNC', 'FIELD_MAPPING', 'INCLUSION_LIST'],
  },
  {
    id: 'SENSITIVE_PROPERTY_VALUE',
    label: 'Sensitive property values',
    tier: 'ENTERPRISE',
    own: ['*objectType'],
    reported: [],
  },
  {
    id: 'SETTINGS',
    label: 'Settings',
    tier: 'ENTERPRISE',
    own: ['SUBSCRIPTION', 'NOTIFICATION', 'EMPLOYEE_ACCESS', 'RETENTION'],
    reported: ['AUTO_COMPANY_ASSOCIATION', 'AI_ASSISTANT'],
  },
  { id: 'WORKFLOW', label: 'Workflows', tier: 'ENTERPRISE', own: [], reported: ['WORKFLOW', 'ENROLLMENT'] },
];

export const employeeDepartments: readonly string[] = [
  'ENGINEERING',
  'ACCOUNT_MANAGEMENT',
  'SERVICES',
  'CUSTOMER_SUPPORT',
  'SALES',
  'PRODUCT_UX',
  'OTHER',
];

/** Categories that super admins of a tier see. */
export const visibleIn = (tier: Tier): readonly Category[] =>
  categories.filter((category) => reaches(tier, category.tier));

/** A sub-category as it stands in the rows of a category; aliases of object types are understood. */
export function findSubCategory(category: Category, name: string, find: FindType): string | undefined {
  const named = [...category.own, ...category.reported];
  if (named.includes(name)) return name;
  return named.includes(EVERY_OBJECT_TYPE) ? find(name)?.name : undefined;
}
