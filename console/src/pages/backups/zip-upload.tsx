// Sends the ZIP of a backup: chosen or dropped, with how much of it has been sent, and a button that gives it up.
import { Button, Card, FileButton, Group, Progress, Stack, Text } from '@mantine/core';
import { IconFileZip, IconUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { upload } from '../../api/client';
import { Failure } from '../../ui/states';
import { useFormats } from '../../words/formats';
import type { Load } from './backups.queries';

/** Files that were chosen for a dry run, by its id: the load itself sends the same file without asking for it again. */
export const chosenFiles = new Map<string, File>();

interface Fields {
  readonly dryRun?: 'true';
  readonly createDefinitions?: 'true';
  readonly files?: string;
}

export interface Sending {
  readonly sent: number;
  readonly total: number;
}

/** Sends a file as a load; tells how far it has come. */
export function useSending(onLoad: (load: Load, file: File) => void) {
  const queries = useQueryClient();
  const [sending, setSending] = useState<Sending>();
  const [error, setError] = useState<unknown>();
  const giveUp = useRef<AbortController>(undefined);
  const send = async (file: File, fields: Fields) => {
    giveUp.current = new AbortController();
    setError(undefined);
    setSending({ sent: 0, total: file.size });
    const form = new FormData();
    // Fields come before the file: the server reads what is asked for before it takes the file in.
    for (const [name, value] of Object.entries<string>({ ...fields })) form.append(name, value);
    form.append('file', file, file.name);
    const onSent = (sent: number, total: number) => setSending({ sent, total });
    try {
      const load = await upload<Load>('/backups/v1/loads', form, onSent, giveUp.current.signal);
      await queries.invalidateQueries({ queryKey: ['loads'] });
      onLoad(load, file);
    } catch (failure) {
      if (!(failure instanceof DOMException && failure.name === 'AbortError')) setError(failure);
    } finally {
      setSending(undefined);
    }
  };
  return {
    sending,
    error,
    clearError: () => setError(undefined),
    send,
    cancel: () => giveUp.current?.abort(),
  };
}

export function SendingBar({
  sending,
  onCancel,
}: {
  readonly sending: Sending;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation(['backups', 'common']);
  const { bytes, percent } = useFormats();
  const share = sending.total === 0 ? 1 : sending.sent / sending.total;
  const text = t('load.sent', { sent: bytes(sending.sent), total: bytes(sending.total) });
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm">{text}</Text>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          {t('common:actions.cancel')}
        </Button>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section
          value={100 * share}
          aria-label={t('load.sending')}
          aria-valuetext={percent(share)}
        />
      </Progress.Root>
      <Text size="xs" c="dimmed">
        {t('load.stay')}
      </Text>
    </Stack>
  );
}

interface DropProps {
  readonly onFile: (file: File) => void;
  readonly children?: ReactNode;
}

/** A place to drop a file on, with a button for whoever does not drag. */
export function DropZone({ onFile, children }: DropProps) {
  const { t } = useTranslation(['backups', 'common']);
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <Card
      withBorder
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      style={{
        borderStyle: 'dashed',
        ...(isOver && { background: 'var(--mantine-color-default-hover)' }),
      }}
    >
      <Stack align="center" gap="xs">
        <IconFileZip size={32} stroke={1.3} aria-hidden />
        <Text size="sm" ta="center">
          {t('load.drop')}
        </Text>
        <FileButton accept=".zip,application/zip" onChange={(file) => file && onFile(file)}>
          {(props) => (
            <Button {...props} leftSection={<IconUpload size={16} aria-hidden />}>
              {t('load.choose')}
            </Button>
          )}
        </FileButton>
        {children}
      </Stack>
    </Card>
  );
}

export function SendFailure({
  error,
  onDismiss,
}: {
  readonly error: unknown;
  readonly onDismiss: () => void;
}) {
  return error === undefined ? null : <Failure error={error} onDismiss={onDismiss} />;
}
