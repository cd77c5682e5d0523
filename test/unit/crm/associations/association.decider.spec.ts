import {
  addLinks,
  association,
  removeLinks,
  turnedFor,
} from '../../../../src/crm/associations/association.decider';
import type { AssociationEvents, Link } from '../../../../src/crm/associations/association.events';
import { inverse, associationStream, pairOf } from '../../../../src/crm/associations/association.vocabulary';
import { eventsOf } from '../../../../src/eventsourcing/event';
import { associations } from '../../../../projections/crm/associations';
import { deciding, projecting } from '../../../support/spec';

const given = deciding(association);
const ev = eventsOf<AssociationEvents>();
const ada = { objectType: 'contacts', recordId: '1' };
const acme = { objectType: 'companies', recordId: '2' };
const pair = pairOf(acme, ada);
const usual: Link = { category: 'HUBSPOT_DEFINED', typeId: 280, inverseTypeId: 279 };
const primary: Link = { category: 'HUBSPOT_DEFINED', typeId: 2, inverseTypeId: 1 };
const advisor: Link = { category: 'USER_DEFINED', typeId: 100_002, inverseTypeId: 100_001 };
const moved = (from: readonly Link[], to: readonly Link[]) => ({ from: acme, to: ada, links: { from, to } });

describe('A pair of records', () => {
  test('has one stream, whichever of the two is named first', () => {
    expect(associationStream(pairOf(ada, acme))).toBe('association-company-2-contact-1');
    expect(pairOf(ada, acme)).toEqual({ from: acme, to: ada, turned: true });
    expect(pairOf({ ...ada, recordId: '9' }, ada).from).toEqual(ada);
  });

  test('named from the other side has its links turned', () => {
    expect(turnedFor(pairOf(ada, acme), [usual])).toEqual([inverse(usual)]);
    expect(turnedFor(pair, [usual])).toEqual([usual]);
  });

  test('is associated', () =>
    given()
      .when((s) => addLinks(s, pair, [usual, primary]))
      .then(ev('association.created.v1', moved([], [primary, usual]))));

  test('takes a label on top of those it has', () =>
    given(ev('association.created.v1', moved([], [usual])))
      .when((s) => addLinks(s, pair, [usual, advisor, advisor]))
      .then(ev('association.changed.v1', moved([usual], [usual, advisor]))));

  test('that has the links already stays as it is', () =>
    given(ev('association.created.v1', moved([], [usual])))
      .when((s) => addLinks(s, pair, [usual]))
      .thenNothing());

  test('loses one label', () =>
    given(ev('association.created.v1', moved([], [primary, usual, advisor])))
      .when((s) => removeLinks(s, pair, [advisor], usual))
      .then(ev('association.changed.v1', moved([primary, usual, advisor], [primary, usual]))));

  test('keeps its default link as long as it has a label', () =>
    given(ev('association.created.v1', moved([], [primary, usual])))
      .when((s) => removeLinks(s, pair, [usual], usual))
      .thenNothing());

  test('is taken apart when the default link goes, and it is the only one', () =>
    given(ev('association.created.v1', moved([], [usual])))
      .when((s) => removeLinks(s, pair, [usual], usual))
      .then(ev('association.removed.v1', moved([usual], []))));

  test('is taken apart as a whole', () =>
    given(ev('association.created.v1', moved([], [primary, usual])))
      .when((s) => removeLinks(s, pair))
      .then(ev('association.removed.v1', moved([primary, usual], []))));

  test('that is not associated cannot be taken apart', () =>
    given()
      .when((s) => removeLinks(s, pair))
      .thenNothing());

  test('is associated anew after it was taken apart', () =>
    given(ev('association.created.v1', moved([], [usual])), ev('association.removed.v1', moved([usual], [])))
      .when((s) => addLinks(s, pair, [usual]))
      .then(ev('association.created.v1', moved([], [usual]))));
});

describe('The read model', () => {
  test('shows a pair from both sides, each with its own numbers', () =>
    projecting(associations)
      .given(
        ev('association.created.v1', moved([], [usual])),
        ev('association.changed.v1', moved([usual], [usual, advisor])),
      )
      .then({
        'companies/0000000000000002/contacts/0000000000000001': {
          links: [usual, advisor],
          ...{ fromType: 'companies', fromId: '2', toType: 'contacts', toId: '1' },
        },
        'contacts/0000000000000001/companies/0000000000000002': {
          links: [inverse(usual), inverse(advisor)],
          ...{ fromType: 'contacts', fromId: '1', toType: 'companies', toId: '2' },
        },
      }));

  test('shows nothing of a pair that was taken apart', () =>
    projecting(associations)
      .given(
        ev('association.created.v1', moved([], [usual])),
        ev('association.removed.v1', moved([usual], [])),
      )
      .then({}));
});
