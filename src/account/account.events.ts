// Events of the account itself. Stream: `account`.
export type AccountTier = 'STARTER' | 'PROFESSIONAL' | 'ENTERPRISE';

export type AccountEvents = {
  'account.opened.v1': { accountId: string; tier: AccountTier };
};
