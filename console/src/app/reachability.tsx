// Tells that the server is out of reach, looks for it, and has all that is shown asked for anew when it is back.
import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { noteReached, useReached } from '../api/reach';
import { tellDone } from '../ui/told';

const LOOK_MS = 3_000;

export function Reachability() {
  const { t } = useTranslation();
  const isReached = useReached();
  const queries = useQueryClient();
  const wasAway = useRef(false);
  useEffect(() => {
    if (isReached) {
      if (!wasAway.current) return;
      wasAway.current = false;
      tellDone(t('states.back'));
      return void queries.invalidateQueries();
    }
    wasAway.current = true;
    const look = async () => {
      const answer = await fetch('/health/live').catch(() => undefined);
      if (answer?.ok) noteReached(true);
    };
    const beat = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(beat);
  }, [isReached, queries, t]);
  if (isReached) return null;
  return (
    <Alert color="orange" mb="md" role="status" icon={<IconPlugConnectedX aria-hidden />}>
      {t('states.offline')}
    </Alert>
  );
}
