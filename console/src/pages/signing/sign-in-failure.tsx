// Why signing in did not work: wrong, to be waited for, or something else, in words that help.
import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/errors';
import { Failure } from '../../ui/states';
import { useFormats } from '../../words/formats';

/** How many tries that need no waiting are left when that is told. */
const TOLD_FROM = 2;

export function SignInFailure({ error, wait }: { readonly error: unknown; readonly wait: number }) {
  const { t } = useTranslation('signing');
  const { duration } = useFormats();
  if (!(error instanceof ApiError)) return <Failure error={error} />;
  if (error.status === 429)
    return (
      <Alert color="orange" role="alert" icon={<IconClock aria-hidden />} title={t('wait.title')}>
        {/* The seconds are for the eye: each of them read out would drown everything else. */}
        <Text size="sm">{t('wait.text')}</Text>
        <Text size="sm" fw={600} aria-hidden>
          {wait > 0 ? t('wait.left', { time: duration(wait) }) : t('wait.over')}
        </Text>
      </Alert>
    );
  const isWrong = error.status === 401 && error.code === 'INVALID_AUTHENTICATION';
  if (!isWrong) return <Failure error={error} />;
  const left = Number(error.headers.get('RateLimit-Remaining') ?? Number.NaN);
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />} title={t('wrong.title')}>
      <Text size="sm">{t('wrong.text')}</Text>
      {left <= TOLD_FROM && (
        <Text size="sm">{t(left > 0 ? 'wrong.left' : 'wrong.none', { count: left })}</Text>
      )}
    </Alert>
  );
}
