// The words of the audit log's vocabulary that filters offer. What they are called stands in the catalogue, under `audit`;
// one that is not there is shown as it is.

/** Stands for every type of object, by its plural name. */
export const OBJECT_TYPES = '*';

/** Sub-categories by category. */
export const auditCategories: Readonly<Record<string, readonly string[]>> = {
  LOGIN: ['LOGIN_SUCCEEDED', 'LOGIN_FAILED', 'LOGOUT', 'EMPLOYEE_LOGIN'],
  SECURITY_ACTIVITY: [
    ...[
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
    ],
    ...['BACKUP', 'RESTORE', 'EMPLOYEE_ACCESS', 'AUDIT_LOG', 'WEBHOOK', 'LOG', 'REPORT'],
  ],
  CRM_OBJECT: [
    ...['CONTACT', 'COMPANY', 'DEAL', 'TICKET', 'PRODUCT', 'CALL', 'CONVERSATION', 'TASK', 'CUSTOM_OBJECT'],
    ...['CUSTOM_OBJECT_DEFINITION', 'NOTE', 'EMAIL', 'MEETING', 'LINE_ITEM', 'QUOTE', 'LEAD', 'BLOG_POST'],
    ...['CAMPAIGN', 'QUOTE_TEMPLATE', 'LANDING_PAGE', 'MARKETING_CAMPAIGN', 'MARKETING_EVENT', 'PLAYBOOK'],
    ...['WEBSITE_PAGE', 'SOCIAL_CHANNEL', 'SOCIAL_POST'],
  ],
  PROPERTY_VALUE: [OBJECT_TYPES],
  SENSITIVE_PROPERTY_VALUE: [OBJECT_TYPES],
  CRM_OBJECT_ASSOCIATION: [OBJECT_TYPES],
  CUSTOM_OBJECT_ASSOCIATION: [OBJECT_TYPES],
  PROPERTY: [OBJECT_TYPES],
  PIPELINE: [OBJECT_TYPES],
  SETTINGS: [
    ...['SUBSCRIPTION', 'NOTIFICATION', 'EMPLOYEE_ACCESS', 'RETENTION', 'AUTO_COMPANY_ASSOCIATION'],
    'AI_ASSISTANT',
  ],
  APPROVALS: ['RESTORE_PLAN', 'CONTENT', 'QUOTE', 'DEAL'],
  DATA_PRIVACY_REQUEST: ['ERASURE', 'ACCESS'],
  COMMUNICATION_PREFERENCES: ['DOUBLE_OPT_IN', 'SUBSCRIPTION_TYPE'],
  CONTENT: [
    ...['BLOG_POST', 'LANDING_PAGE', 'WEBSITE_PAGE', 'EMAIL', 'TEMPLATE', 'MODULE', 'FILE', 'DOMAIN'],
    'REDIRECT',
  ],
  CUSTOMER_AGENT: ['AGENT', 'KNOWLEDGE_SOURCE', 'HANDOFF'],
  LIST: ['STATIC', 'ACTIVE'],
  MEETING: ['MEETING', 'SCHEDULING_PAGE'],
  MULTI_ACCOUNT_MANAGEMENT: ['ACCOUNT_LINK', 'ASSET_COPY'],
  RECORD_CREATION_FORM: [OBJECT_TYPES],
  SALESFORCE: ['SYNC', 'FIELD_MAPPING', 'INCLUSION_LIST'],
  WORKFLOW: ['WORKFLOW', 'ENROLLMENT'],
};

export const auditActions: readonly string[] = [
  ...['CREATE', 'UPDATE', 'DELETE', 'RESTORE', 'MERGE', 'ARCHIVE', 'PURGE', 'LOGIN', 'LOGOUT', 'EXPORT'],
  ...['IMPORT', 'DOWNLOAD', 'VIEW', 'GRANT', 'REVOKE', 'ENABLE', 'DISABLE', 'ASSOCIATE', 'DISASSOCIATE'],
  ...['APPROVE', 'REJECT', 'REQUEST', 'PUBLISH', 'UNPUBLISH', 'SHARE', 'RUN'],
];

export const auditSources = ['CRM_UI', 'API', 'IMPORT', 'LOAD', 'RESTORE', 'SYSTEM'] as const;
