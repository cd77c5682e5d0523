// What an export of the audit log is of, in words.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { viewsQuery, type AuditExport } from './exports.queries';

type Of = Partial<Pick<AuditExport, 'kind'>> & {
  readonly view?: string | null | undefined;
  readonly filter: Readonly<Record<string, string>>;
};

export function useAuditWhat(): (of: Of) => string {
  const { t } = useTranslation('exports');
  const { data } = useQuery(viewsQuery);
  return ({ kind, view, filter }) => {
    if (kind === 'employee-access') return t('audit.employees');
    if (view) return t('audit.view', { view: data?.results.find(({ id }) => id === view)?.name ?? view });
    const asked = Object.entries(filter).map(([name, value]) => `${name}: ${value}`);
    return asked.length === 0 ? t('audit.everything') : asked.join(', ');
  };
}
