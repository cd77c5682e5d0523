// Says which rows of the audit log an alert counts, and together with which others. Pure.
import type { Act } from '../../analysis/act.vocabulary';
import type { AuditTarget, Described } from '../../audit-entry.vocabulary';
import type { AlertKind, AlertPer, RowParameters } from '../alert.events';
import { rowsOfKind } from '../alert.vocabulary';
import { LEARNED_FOR, networkOf } from './origins';

/** An event that makes a row, as far as alerts look at it. */
export interface Looked {
  readonly type: string;
  readonly data: unknown;
  readonly act: Act;
  readonly described: Described;
}

export interface Hit {
  /** Parameters of the list that lead to the rows that are counted together, but for their time. */
  readonly rows: RowParameters;
  readonly count: number;
  readonly reset?: true;
  /** It counts only if it comes from somewhere new: the key of what is known, and where it comes from. */
  readonly origin?: { readonly key: string; readonly from: string; readonly learnedForMs: number };
}

/** What imports, loads and restores do has been asked for, and has a row of its own. */
const CARRIED_OUT: ReadonlySet<string> = new Set(['import', 'load', 'restore']);

const actorRows = ({ actor }: Act): RowParameters =>
  actor.userId !== undefined ? { userId: actor.userId } : { actor: actor.id };

const isOf = (kind: Exclude<AlertKind, 'FILTER'>, { category, subCategory, action }: Act): boolean => {
  const rows = rowsOfKind[kind];
  return (
    (rows.category === undefined || rows.category.split(',').includes(category)) &&
    (rows.subCategory === undefined || rows.subCategory === subCategory) &&
    (rows.action === undefined || rows.action === action)
  );
};

const byActor =
  (kind: 'EXPORTS' | 'MASS_DELETION' | 'MASS_CHANGE', besides: ReadonlySet<string> = CARRIED_OUT) =>
  ({ act }: Looked): Hit | undefined =>
    isOf(kind, act) && !act.nonUser && !besides.has(act.actor.type)
      ? { rows: { ...rowsOfKind[kind], ...actorRows(act) }, count: 1 }
      : undefined;

const LOGGED_IN = 'session.started.v1';

/** One row may stand for several attempts. */
const timesOf = (data: unknown): number => (data as { readonly count?: number }).count ?? 1;

function failedLogin({ type, data, act }: Looked): Hit | undefined {
  const { userId } = act.actor;
  const base = rowsOfKind.FAILED_LOGINS;
  if (type === LOGGED_IN)
    return userId === undefined ? undefined : { rows: { ...base, userId }, count: 0, reset: true };
  if (!isOf('FAILED_LOGINS', act)) return undefined;
  // Attempts for nobody whom we know are counted together by where they come from.
  const { ip } = act.client;
  if (userId === undefined && ip === undefined) return undefined;
  return { rows: { ...base, ...(userId !== undefined ? { userId } : { ip: ip! }) }, count: timesOf(data) };
}

const kinds: Readonly<Record<Exclude<AlertKind, 'FILTER'>, (looked: Looked) => Hit | undefined>> = {
  EXPORTS: byActor('EXPORTS', new Set()),
  MASS_DELETION: byActor('MASS_DELETION'),
  MASS_CHANGE: byActor('MASS_CHANGE'),
  ADMIN_REMOVED: ({ type, described: { target } }) =>
    type === 'account.super-admin-taken.v1' && target
      ? { rows: { ...rowsOfKind.ADMIN_REMOVED, targetId: target.id }, count: 1 }
      : undefined,
  FAILED_LOGINS: failedLogin,
  NEW_COUNTRY: ({ type, act: { actor, client } }) =>
    type === LOGGED_IN && actor.userId !== undefined && client.country !== undefined
      ? {
          rows: { ...rowsOfKind.NEW_COUNTRY, userId: actor.userId, q: `country:${client.country}` },
          count: 1,
          origin: { key: `country/${actor.userId}`, from: client.country, learnedForMs: LEARNED_FOR.country },
        }
      : undefined,
  NEW_NETWORK: ({ act: { actor, client } }) => {
    const network = actor.keyId === undefined || client.ip === undefined ? undefined : networkOf(client.ip);
    return network === undefined
      ? undefined
      : {
          rows: { actor: actor.keyId!, ip: network },
          count: 1,
          origin: { key: `network/${actor.keyId}`, from: network, learnedForMs: LEARNED_FOR.network },
        };
  },
};

export const hitOf = (kind: Exclude<AlertKind, 'FILTER'>, looked: Looked): Hit | undefined =>
  kinds[kind](looked);

/** Of a row that a filter finds: whose it counts as; undefined where the row has no such thing. */
export function rowsPer(per: AlertPer, act: Act, target: AuditTarget | undefined): RowParameters | undefined {
  switch (per) {
    case 'account':
      return {};
    case 'actor':
      return actorRows(act);
    case 'ip':
      return act.client.ip === undefined ? undefined : { ip: act.client.ip };
    case 'target':
      return target && { targetType: target.type, targetId: target.id };
  }
}
