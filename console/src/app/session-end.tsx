// Tells in time that the session is about to end, so that nobody is surprised in the midst of work.
import { Alert, Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { askToSignIn } from '../api/interruptions';
import { meQuery, useMe } from '../api/session';
import { useNow } from '../ui/shown';
import { useFormats } from '../words/formats';

const TOLD_BEFORE_MS = 10 * 60_000;

export function SessionEnd() {
  const { t } = useTranslation();
  const { session } = useMe();
  const { relative } = useFormats();
  const queries = useQueryClient();
  const now = useNow();
  if (!session || Date.parse(session.expiresAt) - now > TOLD_BEFORE_MS) return null;
  const again = async () => {
    if (await askToSignIn()) await queries.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  return (
    <Alert color="yellow" mb="md" role="status">
      <Group justify="space-between">
        {t('interruptions.endsSoon', { when: relative(session.expiresAt, now) })}
        <Button size="xs" variant="default" onClick={() => void again()}>
          {t('interruptions.stayIn')}
        </Button>
      </Group>
    </Alert>
  );
}
