// Employees of the vendor who have signed in to help: what the latest login said of each.
import type { SessionEvents } from '../../src/identity/identity.events';
import type { Doc } from '../../src/read/document-store';
import type { Projection } from '../projection';

export interface EmployeeDocument extends Doc {
  readonly name: string;
  readonly email: string;
  readonly department: string;
  readonly lastLoginAt: string;
}

export const employees: Projection<EmployeeDocument, SessionEvents> = {
  name: 'employees',
  version: 1,
  indexes: [['email']],
  on: {
    'session.employee-started.v1': ({ employeeId, name, email, department }, { meta }) => ({
      id: employeeId,
      put: { name, email, department, lastLoginAt: meta.at },
    }),
  },
};
