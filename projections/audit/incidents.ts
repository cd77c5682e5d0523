// What alerts have found: the list of incidents, and the to-do list of the job that tells receivers of webhooks.
import type { IncidentEvents } from '../../src/audit/alerts/alert.events';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import type { Projection } from '../projection';

export interface IncidentDocument extends Doc, Omit<IncidentEvents['incident.opened.v1'], 'incidentId'> {
  readonly openedAt: string;
  /** Padded, of its opening. */
  readonly position: string;
  readonly closed: boolean;
  /** `due` until the receiver has taken it, or it is given up; `none` where nobody is to be told. */
  readonly webhookStatus: 'none' | 'due' | 'told' | 'given-up';
}

export const incidents: Projection<IncidentDocument, IncidentEvents> = {
  name: 'incidents',
  version: 1,
  indexes: [['alertId', 'position'], ['webhookStatus']],
  on: {
    'incident.opened.v1': ({ incidentId, ...opened }, { meta, position }) => ({
      id: incidentId,
      put: {
        ...{ ...opened, openedAt: meta.at, position: padded(position), closed: false },
        webhookStatus: opened.webhook ? 'due' : 'none',
      },
    }),
    'incident.grown.v1': ({ incidentId, count, last }) => ({ id: incidentId, patch: { count, last } }),
    'incident.closed.v1': ({ incidentId, count, last }) => ({
      id: incidentId,
      patch: { count, last, closed: true },
    }),
    'incident.webhook-told.v1': ({ incidentId }) => ({ id: incidentId, patch: { webhookStatus: 'told' } }),
    'incident.webhook-given-up.v1': ({ incidentId }) => ({
      id: incidentId,
      patch: { webhookStatus: 'given-up' },
    }),
  },
};
