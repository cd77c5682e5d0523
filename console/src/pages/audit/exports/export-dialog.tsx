// Has the rows that are shown, or all, written to a file: once, or by a schedule.
import { Alert, Button, Group, Modal, Radio, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../../api/client';
import { Failure } from '../../../ui/states';
import { accountQuery } from '../audit.queries';

export type Format = 'csv' | 'jsonl';

interface Props {
  /** What is shown now. */
  readonly filter: Readonly<Record<string, string>>;
  readonly onClose: () => void;
}

export function ExportDialog({ filter, onClose }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const navigate = useNavigate();
  const [format, setFormat] = useState<Format>('csv');
  const [what, setWhat] = useState('shown');
  const { data: account } = useQuery(accountQuery);
  const start = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/audit/v1/exports', {
          body: { format, filter: what === 'shown' ? filter : { includeNonUser: 'true' } },
        }),
      ),
    onSuccess: ({ id }) => navigate({ to: '/exports/audit/$exportId', params: { exportId: id } }),
  });
  const lacksContent = account !== undefined && account.addOns?.includes('CONTENT_ENTERPRISE') !== true;
  return (
    <Modal opened onClose={onClose} title={t('export.title')}>
      <Stack>
        <Radio.Group label={t('export.what')} value={what} onChange={setWhat}>
          <Stack gap="xs" mt="xs">
            <Radio value="shown" label={t('export.shown')} description={t('export.shownHelp')} />
            <Radio value="all" label={t('export.all')} description={t('export.allHelp')} />
          </Stack>
        </Radio.Group>
        <FormatChoice format={format} onChange={setFormat} />
        {lacksContent && (
          <Alert color="gray" p="xs">
            {t('export.content')}
          </Alert>
        )}
        <Text size="sm" c="dimmed">
          {t('export.how')}
        </Text>
        {start.error && <Failure error={start.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:actions.cancel')}
          </Button>
          <Button loading={start.isPending} onClick={() => start.mutate()}>
            {t('export.start')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function FormatChoice({
  format,
  onChange,
}: {
  readonly format: Format;
  readonly onChange: (format: Format) => void;
}) {
  const { t } = useTranslation(['audit', 'common']);
  return (
    <div>
      <Text size="sm" fw={500} mb={4} id="export-format">
        {t('export.format')}
      </Text>
      <SegmentedControl
        fullWidth
        aria-labelledby="export-format"
        value={format}
        onChange={(value) => onChange(value)}
        data={[
          { value: 'csv', label: 'CSV' },
          { value: 'jsonl', label: 'JSON Lines' },
        ]}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {t(`export.${format}Help`)}
      </Text>
    </div>
  );
}
