// A backup that is being made: how far it is, live, and the button that gives it up.
import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { confirm } from '../../ui/confirm';
import { JobProgress } from '../../ui/progress';
import { tellDone, tellFailure } from '../../ui/told';
import { backupQuery, isRunning, type Backup } from './backups.queries';

interface Props {
  readonly backup: Backup;
  readonly isBrief?: boolean;
}

export function BackupProgress({ backup, isBrief = false }: Props) {
  const { t } = useTranslation(['backups', 'common']);
  const queries = useQueryClient();
  const { id } = backup;
  const settle = (now: Backup) => {
    queries.setQueryData(backupQuery(id).queryKey, now);
    if (!isRunning(now)) void queries.invalidateQueries({ queryKey: ['backups'] });
  };
  const cancel = useMutation({
    mutationFn: () =>
      answered(api.POST('/backups/v1/backups/{backupId}/cancel', { params: { path: { backupId: id } } })),
    onSuccess: (now) => {
      settle(now);
      tellDone(t('cancel.done'));
    },
    onError: tellFailure,
  });
  const ask = async () => {
    const question = { title: t('cancel.title'), text: t('cancel.text'), confirm: t('cancel.confirm') };
    if (await confirm(question)) cancel.mutate();
  };
  return (
    <Group gap="xs" align={isBrief ? 'center' : 'flex-end'} wrap="nowrap">
      <div style={{ flex: 1, minWidth: 150 }}>
        <JobProgress<Backup>
          path={`/backups/v1/backups/${id}/progress`}
          initial={backup.progress}
          label={t('progress')}
          isBrief={isBrief}
          onEvent={settle}
        />
      </div>
      <Button size="compact-xs" variant="default" loading={cancel.isPending} onClick={() => void ask()}>
        {t('common:actions.cancel')}
      </Button>
    </Group>
  );
}
