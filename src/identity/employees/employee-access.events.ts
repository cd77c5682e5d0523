// Whether the account lets employees of the vendor in. Stream `account-employees`.

export interface EmployeeAccessRules {
  allowed: boolean;
  /** ISO time at which it ends by itself; null: it does not. */
  until: string | null;
}

export type EmployeeAccessEvents = {
  /** `allowance`: how many times it has been given. A session counts only while that is the same. */
  'account.employee-access-changed.v1': {
    from: EmployeeAccessRules;
    to: EmployeeAccessRules;
    allowance: number;
  };
};
