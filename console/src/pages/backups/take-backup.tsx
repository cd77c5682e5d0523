// The dialog that takes a backup: of now or of an instant that has passed, of all object types or of some.
import { Alert, Button, Group, List, Modal, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconClockPause } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { ApiError } from '../../api/errors';
import { InstantInput } from '../../ui/instant-input';
import { ButtonLink } from '../../ui/link';
import { ObjectTypesSelect } from '../../ui/object-type-select';
import { When } from '../../ui/shown';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function TakeBackup({ isOpen, onClose }: Props) {
  const { t } = useTranslation(['backups', 'common']);
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('take.title')} size="lg">
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: Pick<Props, 'onClose'>) {
  const { t } = useTranslation(['backups', 'common']);
  const queries = useQueryClient();
  const [of, setOf] = useState<'now' | 'earlier'>('now');
  const [asOf, setAsOf] = useState<string>();
  const [objectTypes, setObjectTypes] = useState<string[]>([]);
  const take = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/backups/v1/backups', {
          body: {
            ...(of === 'earlier' && asOf !== undefined && { asOf }),
            ...(objectTypes.length > 0 && { objectTypes }),
          },
        }),
      ),
    onSuccess: async (backup) => {
      await queries.invalidateQueries({ queryKey: ['backups'] });
      // What is said of sensitive values stays until it has been read.
      if (backup.warning !== undefined) return;
      tellDone(t('take.begun'));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    take.mutate();
  };
  if (take.data)
    return (
      <Stack>
        <Text size="sm">{t('take.begun')}</Text>
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} title={t('warning')}>
          {take.data.warning}
        </Alert>
        <Group justify="flex-end">
          <ButtonLink to="/backups/$backupId" params={{ backupId: take.data.id }} variant="default">
            {t('take.look')}
          </ButtonLink>
          <Button onClick={onClose} data-autofocus>
            {t('common:actions.close')}
          </Button>
        </Group>
      </Stack>
    );
  return (
    <form onSubmit={submit}>
      <Stack>
        <SegmentedControl
          aria-label={t('take.of')}
          value={of}
          onChange={(value) => setOf(value)}
          data={[
            { value: 'now', label: t('take.now') },
            { value: 'earlier', label: t('take.earlier') },
          ]}
        />
        {of === 'earlier' && (
          <InstantInput
            label={t('take.asOf')}
            description={t('take.asOfHelp')}
            value={asOf}
            onChange={setAsOf}
            isRequired
          />
        )}
        <ObjectTypesSelect value={objectTypes} onChange={setObjectTypes} />
        <div>
          <Text size="sm" fw={600}>
            {t('take.contains')}
          </Text>
          <List size="sm" spacing={2}>
            <List.Item>{t('take.contains1')}</List.Item>
            <List.Item>{t('take.contains2')}</List.Item>
            <List.Item>{t('take.contains3')}</List.Item>
          </List>
        </div>
        <Text size="sm" c="dimmed">
          {t('take.sensitive')}
        </Text>
        {take.error && <TakeFailure error={take.error} onDismiss={take.reset} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button type="submit" loading={take.isPending} disabled={of === 'earlier' && asOf === undefined}>
            {t(of === 'now' ? 'take.submitNow' : 'take.submitEarlier')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The quota is no fault: it says from when on the next may be taken. */
export function TakeFailure({ error, onDismiss }: { readonly error: Error; readonly onDismiss: () => void }) {
  const { t } = useTranslation(['backups', 'common']);
  const isQuota = error instanceof ApiError && error.code === 'BACKUP_QUOTA';
  if (!isQuota) return <Failure error={error} onDismiss={onDismiss} />;
  const [next] = error.body.context?.nextAllowedAt ?? [];
  return (
    <Alert color="orange" role="alert" icon={<IconClockPause aria-hidden />} title={t('quota.title')}>
      {next === undefined ? (
        error.message
      ) : (
        <>
          {t('quota.next')} <When at={next} />
        </>
      )}
    </Alert>
  );
}
