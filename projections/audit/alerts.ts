// Alerts that have not been deleted.
import type { AlertEvents, AlertRule } from '../../src/audit/alerts/alert.events';
import type { Doc } from '../../src/read/document-store';
import type { Projection } from '../projection';

export interface AlertDocument extends Doc, AlertRule {
  readonly createdAt: string;
  /** Id of the person who made it; null where the account began with it. */
  readonly createdBy: string | null;
  readonly updatedAt: string;
}

export const alerts: Projection<AlertDocument, AlertEvents> = {
  name: 'alerts',
  version: 1,
  indexes: [['createdAt']],
  on: {
    'alert.created.v1': ({ alertId, ...rule }, { meta }) => ({
      id: alertId,
      put: { ...rule, createdAt: meta.at, createdBy: meta.actor.userId ?? null, updatedAt: meta.at },
    }),
    'alert.changed.v1': ({ alertId, changes }, { meta }) => ({
      id: alertId,
      patch: {
        ...Object.fromEntries(Object.entries(changes).map(([field, { to }]) => [field, to])),
        updatedAt: meta.at,
      },
    }),
    'alert.deleted.v1': ({ alertId }) => ({ id: alertId, remove: true }),
  },
};
