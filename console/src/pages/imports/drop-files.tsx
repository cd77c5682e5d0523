// Where files are dropped, or chosen by a button.
import { Alert, Button, Paper, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconUpload } from '@tabler/icons-react';
import { useDropzone } from 'react-dropzone';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../words/formats';
import { LARGEST_FILE } from './picked-files';
import type { ImportForm } from './use-import-form';

export function DropFiles({ form }: { readonly form: ImportForm }) {
  const { t } = useTranslation('imports');
  const { bytes } = useFormats();
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    onDrop: (files) => form.add(files),
    noClick: true,
    noKeyboard: true,
  });
  const size = bytes(LARGEST_FILE);
  return (
    <Stack gap="xs">
      <Paper
        {...getRootProps()}
        withBorder
        p={form.files.length === 0 ? 'xl' : 'sm'}
        style={{
          borderStyle: 'dashed',
          ...(isDragActive && { borderColor: 'var(--mantine-primary-color-filled)', borderWidth: 2 }),
        }}
      >
        <input {...getInputProps()} aria-label={t('form.choose')} data-testid="files" />
        <Stack align="center" gap="xs">
          <IconUpload size={28} stroke={1.4} aria-hidden />
          <Text fw={600}>{t('form.drop')}</Text>
          <Text size="sm" c="dimmed">
            {t('form.dropHelp', { size })}
          </Text>
          <Button variant="default" onClick={open}>
            {t('form.choose')}
          </Button>
        </Stack>
      </Paper>
      {form.refused.map(({ name, why }) => (
        <Alert key={name} color="red" role="alert" icon={<IconAlertTriangle aria-hidden />}>
          {t(`form.refused.${why}`, { name, size })}
        </Alert>
      ))}
    </Stack>
  );
}
