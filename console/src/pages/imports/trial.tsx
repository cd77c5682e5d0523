// What an import would do, by a trial that writes nothing.
import { Alert, Paper, Stack, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { JobProgress, type Done } from '../../ui/progress';
import { Answer } from '../../ui/states';
import { Counters } from './counters';
import { ImportErrors } from './import-errors';
import { importQuery, isUnderWay } from './imports.queries';

const SIZE = 25;

export function Trial({ importId, isStale }: { readonly importId: string; readonly isStale: boolean }) {
  const { t } = useTranslation('imports');
  const queries = useQueryClient();
  const query = useQuery(importQuery(importId));
  const [after, setAfter] = useState<string>();
  return (
    <Paper withBorder p="md" component="section" aria-label={t('form.outcome')}>
      <Stack gap="sm">
        <Title order={2} size="h3">
          {t('form.outcome')}
        </Title>
        {isStale && <Alert color="yellow">{t('form.stale')}</Alert>}
        <Answer query={query}>
          {(found) => (
            <>
              {isUnderWay(found.state) && (
                <JobProgress<{ progress?: Done; state?: string }>
                  path={`/crm/v3/imports/${importId}/progress`}
                  initial={{ done: 0, total: found.metadata.counters.TOTAL_ROWS ?? null }}
                  label={t('page.progress')}
                  onEvent={({ state }) => {
                    if (state !== undefined && !isUnderWay(state))
                      void queries.invalidateQueries({ queryKey: ['imports', importId] });
                  }}
                />
              )}
              {found.error !== undefined && <Alert color="red">{found.error}</Alert>}
              <Counters counters={found.metadata.counters} />
              {!isUnderWay(found.state) && (
                <ImportErrors of={found} after={after} size={SIZE} onPage={setAfter} />
              )}
            </>
          )}
        </Answer>
      </Stack>
    </Paper>
  );
}
