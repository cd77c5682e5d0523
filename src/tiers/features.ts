// What each subscription tier has, and what takes an add-on besides: the one table that the guard, the docs and every
// refusal for want of a tier go by.

/** From the least to the most: a tier has all that those before it have. */
export const tiers = ['STARTER', 'PROFESSIONAL', 'ENTERPRISE'] as const;
export type Tier = (typeof tiers)[number];

export const addOns = ['CONTENT_ENTERPRISE'] as const;
export type AddOn = (typeof addOns)[number];

/** What the account has subscribed to. */
export interface Subscription {
  readonly tier: Tier;
  readonly addOns: readonly AddOn[];
}

export interface FeatureRow {
  readonly what: string;
  /** The lowest tier that has it. */
  readonly tier: Tier;
  /** The add-on that it takes besides. */
  readonly addOn?: AddOn;
  /** Nothing serves it yet. */
  readonly toCome?: true;
}

export const features = {
  'audit.security': { what: 'Audit log: logins and security activity', tier: 'STARTER' },
  'audit.everything': { what: 'Audit log: all categories', tier: 'ENTERPRISE' },
  'audit.details': {
    what: 'Audit log: metadata, old and new values, where and by what cause, of an entry',
    tier: 'ENTERPRISE',
  },
  'audit.analysis': { what: 'Audit log: analysis', tier: 'ENTERPRISE' },
  'audit.employees': {
    what: 'Audit log: acts of employees of the vendor are marked with their department',
    tier: 'ENTERPRISE',
  },
  'audit.streams': { what: 'Audit log: streaming to a SIEM', tier: 'ENTERPRISE' },
  'audit.content-export': {
    what: 'Audit log: export of the category CONTENT',
    ...{ tier: 'ENTERPRISE', addOn: 'CONTENT_ENTERPRISE' },
  },
} as const satisfies Record<string, FeatureRow>;
export type Feature = keyof typeof features;

/** How many backups in which stretch of time, in the form of the setting BACKUP_QUOTA, which may say otherwise. */
export const backupQuotas: Readonly<Record<Tier, string>> = {
  STARTER: '1/7d',
  PROFESSIONAL: '1/7d',
  ENTERPRISE: '1/24h',
};
