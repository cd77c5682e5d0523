// Stream `account`: the account itself.
export type AccountTier = 'STARTER' | 'PROFESSIONAL' | 'ENTERPRISE';

export type AccountEvents = {
  'account.opened.v1': { accountId: string; tier: AccountTier };
};
