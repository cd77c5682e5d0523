// What roles are called: the standard ones in the reader's language, the account's own as they were named.
import { useTranslation } from 'react-i18next';
import type { Role } from './users.queries';

const standardIds = ['super-admin', 'admin', 'auditor', 'sales', 'service', 'viewer'] as const;

export function useRoleName(): (role: Pick<Role, 'id' | 'name'>) => string {
  const { t } = useTranslation('users');
  return ({ id, name }) => {
    const known = standardIds.find((one) => one === id);
    return known === undefined ? name : t(`standardRoles.${known}`);
  };
}
