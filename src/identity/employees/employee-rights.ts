// What employees of the vendor may do: by their department, and never what is for the account's own people.
import { employeeDepartments } from '../../audit/taxonomy';
import type { Rights } from '../roles/rights';

/** Everything but sensitive values, and the audit log. */
const READING = ['crm.objects.read', 'crm.schemas.read', 'crm.objects.owners.read', 'audit.read'];
/** Changing records and how they are associated: nothing goes, and what was there before stands in the log. */
const HELPING = [...READING, 'crm.objects.write'];

/** Departments whose work is to help with what is there. */
const helping: ReadonlySet<string> = new Set(['ENGINEERING', 'SERVICES', 'CUSTOMER_SUPPORT']);

export const isDepartment = (name: unknown): name is string =>
  typeof name === 'string' && employeeDepartments.includes(name);

export const rightsOfDepartment = (department: string): Rights => ({
  superAdmin: false,
  scopes: new Set(helping.has(department) ? HELPING : READING),
});
