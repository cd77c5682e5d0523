// What the crash suite's stories of the audit log report: activities, one about each target.
import type { Crashing } from './crashing';

const DAY_MS = 86_400_000;
export const CATEGORY = 'CUSTOMER_AGENT';

/** Targets that no other report has. */
export const targets = (crashing: Crashing, count: number): string[] =>
  Array.from({ length: count }, () => crashing.name('target'));

/** Reports what happened to up to a thousand targets of a type so many days ago, until that is acknowledged. */
export async function report(
  crashing: Crashing,
  type: string,
  ids: readonly string[],
  daysAgo = 0,
): Promise<void> {
  const occurredAt = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
  const activities = ids.map((id) => ({
    ...{ key: id, category: CATEGORY, subCategory: 'AGENT', action: 'RUN', occurredAt },
    ...{ actor: { type: 'agent' }, target: { type, id } },
  }));
  await crashing.acknowledged('POST', '/audit/v1/activities', { activities });
}

/** The targets of a type of which the audit log has rows, in the order of the log. */
export async function rowsOf(crashing: Crashing, type: string): Promise<string[]> {
  const query = new URLSearchParams({ targetType: type, sort: 'position' }).toString();
  const rows = await crashing.pages<{ target: { id: string } }>(`/audit/v1/entries?${query}`);
  return rows.map(({ target }) => target.id);
}
