// Begins a load: the ZIP is sent for a dry run first, which says what loading it would do.
import { Card, Stack, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { chosenFiles, DropZone, SendFailure, SendingBar, useSending } from './zip-upload';

export function NewLoad() {
  const { t } = useTranslation('backups');
  const navigate = useNavigate();
  const { sending, error, clearError, send, cancel } = useSending((load, file) => {
    chosenFiles.set(load.id, file);
    void navigate({ to: '/loads/$loadId', params: { loadId: load.id } });
  });
  return (
    <Card withBorder component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('load.newTitle')}
        </Title>
        <Text size="sm">{t('load.newText')}</Text>
        <SendFailure error={error} onDismiss={clearError} />
        {sending ? (
          <SendingBar sending={sending} onCancel={cancel} />
        ) : (
          <DropZone onFile={(file) => void send(file, { dryRun: 'true' })}>
            <Text size="xs" c="dimmed" ta="center">
              {t('load.dropNote')}
            </Text>
          </DropZone>
        )}
      </Stack>
    </Card>
  );
}
