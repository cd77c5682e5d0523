// What the lines of a chart are called.
import { useTranslation } from 'react-i18next';
import { useAuditWords } from '../../ui/audit-words';
import type { ChartName } from './analysis.queries';
import { REST } from './series';

export function useSeriesName(chart: ChartName): (name: string) => string {
  const { t } = useTranslation('analysis');
  const words = useAuditWords();
  return (name) => {
    if (name === REST) return t('charts.rest');
    if (chart === 'by-category') return words.category(name);
    if (chart === 'login-trend')
      return name === 'succeeded' || name === 'failed' ? t(`charts.${name}`) : name;
    return words.action(name);
  };
}
