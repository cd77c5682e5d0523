// The roles that every account has. They cannot be changed; the account makes roles of its own beside them.
import { SUPER_ADMIN } from '../identity.vocabulary';
import { allowances } from './permissions';
import type { Level, Permissions, RecordRights } from './role.events';

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly permissions: Permissions;
  readonly standard: boolean;
}

const rights = (view: Level, edit: Level, end: Level): RecordRights => ({ view, edit, delete: end });
const ALL = rights('all', 'all', 'all');
const VIEW = rights('all', 'none', 'none');
const everything = Object.keys(allowances);
/** What people sell, and what they said and wrote. */
const SOLD = ['leads', 'line_items', 'quotes'];
const TALKS = ['notes', 'emails', 'meetings'];

const role = (id: string, name: string, permissions: Permissions): Role => ({
  ...{ id, name, permissions },
  standard: true,
});

export const standardRoles: readonly Role[] = [
  role(SUPER_ADMIN, 'Super admin', { records: { default: ALL }, allows: everything }),
  role('admin', 'Admin', { records: { default: ALL }, allows: everything }),
  role('auditor', 'Auditor', {
    records: { default: VIEW },
    allows: ['auditRead', 'auditExport', 'auditComment'],
  }),
  role('sales', 'Sales', {
    records: {
      default: VIEW,
      ...Object.fromEntries(
        [...SOLD, ...TALKS, 'contacts', 'companies', 'deals', 'calls', 'tasks'].map((type) => [
          type,
          rights('all', 'team', 'own'),
        ]),
      ),
    },
    allows: ['merge', 'import', 'export'],
  }),
  role('service', 'Service', {
    records: {
      default: VIEW,
      ...Object.fromEntries(
        [...TALKS, 'contacts', 'tickets', 'calls', 'conversations', 'tasks'].map((type) => [
          type,
          rights('all', 'team', 'own'),
        ]),
      ),
    },
    allows: ['export'],
  }),
  role('viewer', 'View only', { records: { default: VIEW }, allows: [] }),
];
