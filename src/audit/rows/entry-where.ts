// Where in the product an act took place, for people.
import { findObjectType } from '../../crm/schemas/object-type.vocabulary';
import type { AuditEntry } from '../../../projections/audit/audit-entry';
import { categories } from '../taxonomy';

const places: Readonly<Record<string, string>> = {
  users: 'Settings > Users and teams',
  teams: 'Settings > Users and teams',
  roles: 'Settings > Users and teams',
  employees: 'Settings > Employee access',
  'api-keys': 'Settings > API keys',
  sessions: 'Settings > Sessions',
  schemas: 'Settings > Object types',
  properties: 'Settings > Properties',
  'property-groups': 'Settings > Properties',
  pipelines: 'Settings > Pipelines',
  'pipeline-stages': 'Settings > Pipelines',
  'association-types': 'Settings > Associations',
  webhooks: 'Settings > Webhooks',
  'audit-streams': 'Audit log > Streams',
  settings: 'Settings',
  accounts: 'Settings > Account',
  imports: 'Imports',
  loads: 'Backups > Loads',
  exports: 'Exports',
  backups: 'Backups',
  restores: 'Restores',
  plans: 'Restores',
  'bin-restores': 'Recycle bin',
  'backup-schedules': 'Backups',
  drills: 'Backups > Drills',
  comparisons: 'Time travel',
  'audit-views': 'Audit log',
};

export function whereOf({ category, target }: Pick<AuditEntry, 'category' | 'target'>): string {
  if (category === 'LOGIN') return 'Login';
  const place = target && places[target.type];
  const [objectType] = target?.id.split('/') ?? [];
  if (place === 'Settings > Properties' || place === 'Settings > Pipelines')
    return `${place} > ${objectType}`;
  if (place !== undefined) return place;
  const known = target && findObjectType(target.type);
  const isRecord = ['CRM_OBJECT', 'PROPERTY_VALUE', 'SENSITIVE_PROPERTY_VALUE'].includes(category);
  if (known ?? (isRecord && target)) return `CRM > ${known?.labels.plural ?? target!.type}`;
  return categories.find(({ id }) => id === category)?.label ?? category;
}
