// Rows of objects.json, for every kind of type there is.
import type { Rows } from '../world';
import { recordRows } from './records';

const types = ['companies', 'deals', 'tickets', 'products', 'calls', 'conversations', 'tasks'];

export const objectRows: Rows = recordRows('/crm/v3/objects/{objectType}', 'objectId', types, (type) => [
  type,
]);
