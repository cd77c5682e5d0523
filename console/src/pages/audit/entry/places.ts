// Where in the console what a row names is shown.
import type { Schemas } from '../../../api/client';

type Target = Schemas['AuditTarget'];

interface Place {
  readonly to: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly search?: Readonly<Record<string, string>>;
}

const pages: Readonly<Record<string, (id: string) => Place>> = {
  users: (userId) => ({ to: '/users/$userId', params: { userId } }),
  teams: () => ({ to: '/users', search: { tab: 'teams' } }),
  roles: () => ({ to: '/users', search: { tab: 'roles' } }),
  'api-keys': () => ({ to: '/api-keys' }),
  accounts: () => ({ to: '/account' }),
  imports: (importId) => ({ to: '/imports/$importId', params: { importId } }),
  exports: (exportId) => ({ to: '/exports/$exportId', params: { exportId } }),
  'audit-exports': (exportId) => ({ to: '/exports/audit/$exportId', params: { exportId } }),
  backups: (backupId) => ({ to: '/backups/$backupId', params: { backupId } }),
  restores: (restoreId) => ({ to: '/restores/$restoreId', params: { restoreId } }),
  plans: (planId) => ({ to: '/restores/plans/$planId', params: { planId } }),
  loads: (loadId) => ({ to: '/loads/$loadId', params: { loadId } }),
  comparisons: (comparisonId) => ({ to: '/compare/$comparisonId', params: { comparisonId } }),
  alerts: (alertId) => ({ to: '/alerts/$alertId', params: { alertId } }),
};

/** The page of a target; of a record, where the API has an address for it. */
export function placeOf({ type, id }: Target, link: string | undefined): Place | undefined {
  if (pages[type]) return pages[type](id);
  return link?.includes('/crm/v3/objects/') === true ? recordAt(type, id) : undefined;
}

export const recordAt = (objectType: string, recordId: string, asOf?: string): Place => ({
  to: '/records/$objectType/$recordId',
  params: { objectType, recordId },
  ...(asOf !== undefined && { search: { asOf } }),
});
