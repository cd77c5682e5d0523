import { associationSteps } from '../../../projections/crm/association-steps';
import type { AssociationEvents } from '../../../src/crm/associations/association.events';
import { associationStepId } from '../../../src/crm/associations/association.vocabulary';
import { eventsOf } from '../../../src/eventsourcing/event';
import { padded } from '../../../src/read/time-index.vocabulary';
import { projecting } from '../../support/spec';

const ev = eventsOf<AssociationEvents>();
const company = { objectType: 'companies', recordId: '7' };
const contact = { objectType: 'contacts', recordId: '9' };
const link = { category: 'HUBSPOT_DEFINED' as const, typeId: 280, inverseTypeId: 279 };
const made = ev('association.created.v1', { from: company, to: contact, links: { from: [], to: [link] } });
const gone = ev('association.removed.v1', { from: company, to: contact, links: { from: [link], to: [] } });

test('each of the two records has a step for each event, under its position', () => {
  const step = (record: typeof company, other: typeof company, position: bigint, revision: number) => ({
    [associationStepId(record, padded(position))]: {
      toType: other.objectType,
      toId: other.recordId,
      revision,
    },
  });
  return projecting(associationSteps)
    .given(made, gone)
    .then({
      ...step(company, contact, 0n, 0),
      ...step(contact, company, 0n, 0),
      ...step(company, contact, 10n, 1),
      ...step(contact, company, 10n, 1),
    });
});
