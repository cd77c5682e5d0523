// Rows of objects.json, for types of every kind: HubSpot's own, an activity, one that the account defined.
import { CUSTOM, type Rows } from '../world';
import { recordRows } from './records';

const types = ['companies', 'deals', 'calls', 'line_items', CUSTOM];

export const objectRows: Rows = recordRows('/crm/v3/objects/{objectType}', 'objectId', types, (type) => [
  type,
]);
