// For each record, the events that have moved its associations, in the order of the log: two documents for each event,
// one for each of its records. They name the event; what it says is in the log.
import type { AssociationEvents, RecordRef } from '../../src/crm/associations/association.events';
import { associationStepId } from '../../src/crm/associations/association.vocabulary';
import type { StoredEvent } from '../../src/eventsourcing/event';
import type { Doc } from '../../src/read/document-store';
import { padded } from '../../src/read/time-index.vocabulary';
import type { Op, Projection } from '../projection';

export interface AssociationStep extends Doc {
  /** The record at the other end; `toType` is the plural name. */
  readonly toType: string;
  readonly toId: string;
  /** Of the pair's stream. */
  readonly revision: number;
}

interface Moved {
  readonly from: RecordRef;
  readonly to: RecordRef;
}

const bothSides = (
  { from, to }: Moved,
  { position, revision }: Pick<StoredEvent, 'position' | 'revision'>,
): Op<AssociationStep>[] =>
  [[from, to] as const, [to, from] as const].map(([own, { objectType: toType, recordId: toId }]) => ({
    id: associationStepId(own, padded(position)),
    put: { toType, toId, revision },
  }));

export const associationSteps: Projection<AssociationStep, AssociationEvents> = {
  name: 'association-steps',
  version: 1,
  on: {
    'association.created.v1': bothSides,
    'association.changed.v1': bothSides,
    'association.removed.v1': bothSides,
  },
};
