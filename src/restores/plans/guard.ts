// What the account asks of a large restore plan, as it is when it is asked. Pure.

export interface Guard {
  /** A plan with more rows needs two people. */
  readonly threshold: number | 'off';
  /** Whether there is a second super admin, another one than whoever asked for the plan. */
  readonly second: boolean;
}

export const isAbove = (rows: number, threshold: Guard['threshold']): threshold is number =>
  threshold !== 'off' && rows > threshold;

interface Admins {
  readonly active: ReadonlySet<string>;
  readonly taken: readonly {
    readonly userId: string;
    readonly by: string | null;
    readonly position: bigint;
  }[];
}

/**
 * Whether somebody else than the asker of a plan is an active super admin. Whoever the asker has removed since they asked
 * still counts: nobody gets a plan through by removing those who would judge it. They make a new plan then, before which
 * the removal stands in the audit log.
 */
export const hasSecond = (
  { active, taken }: Admins,
  asker: { readonly userId: string | null; readonly at: bigint },
): boolean =>
  [...active].some((userId) => userId !== asker.userId) ||
  taken.some(({ userId, by, position }) => by === asker.userId && userId !== by && position > asker.at);
