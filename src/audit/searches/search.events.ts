// Events of what one person, or one API key, looked for in the audit log within a quarter of an hour. Stream:
// `auditsearch-<who>-<quarter>`, where the quarter is the number of quarters of an hour since the epoch.

export type AuditSearchEvents = {
  'auditsearch.made.v1': {
    /** Keyed digest of all that was asked: the same question has the same. */
    digest: string;
    view: string | null;
    /** Parameters in whose values nothing of a customer can be. */
    parameters: Readonly<Record<string, string>>;
    /** Names of the other parameters. */
    others: readonly string[];
  };
  /** More was looked for than is told of one by one. */
  'auditsearch.more.v1': { told: number };
};
