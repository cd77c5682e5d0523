// What an alert is, in words.
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../ui/shown';
import { useFormats } from '../../words/formats';
import type { Alert } from './alerts.queries';

/** When an alert tells: so many rows within its window, or more than is usual. */
export function useRule(): (alert: Alert) => string {
  const { t } = useTranslation('alerts');
  const { number, duration } = useFormats();
  return ({ threshold, windowMinutes, per, baseline }) => {
    const bound =
      threshold === null
        ? undefined
        : t('rule', {
            threshold: number(threshold),
            window: duration(windowMinutes * 60),
            per: t(`per.${per}`),
          });
    const usual =
      baseline === null
        ? undefined
        : t('ruleBaseline', { factor: number(baseline.factor), atLeast: number(baseline.atLeast) });
    return bound !== undefined && usual !== undefined
      ? t('or', { a: bound, b: usual })
      : (bound ?? usual ?? '');
  };
}

export function AlertState({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation('alerts');
  const { shortTime } = useFormats();
  const now = useNow();
  const { enabled, snoozedUntil } = alert;
  if (!enabled)
    return (
      <Badge color="gray" variant="light">
        {t('state.off')}
      </Badge>
    );
  if (snoozedUntil !== null && Date.parse(snoozedUntil) > now)
    return (
      <Badge color="yellow" variant="light" autoContrast>
        {t('state.snoozed', { until: shortTime(snoozedUntil) })}
      </Badge>
    );
  return (
    <Badge color="green" variant="light">
      {t('state.on')}
    </Badge>
  );
}
