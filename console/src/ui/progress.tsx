// How far a job is, followed as it goes.
import { Group, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEvents } from '../api/stream';
import { useFormats } from '../words/formats';

export interface Done {
  readonly done: number;
  readonly total?: number | null;
}

/** A bar with the numbers beside it. */
export function ProgressBar({ progress, label }: { readonly progress: Done; readonly label: string }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { done, total } = progress;
  const share = total ? Math.min(100, (100 * done) / total) : undefined;
  const text = total ? t('progress.done', { done: number(done), total: number(total) }) : number(done);
  return (
    <Group gap="sm" wrap="nowrap">
      <Progress.Root size="lg" style={{ flex: 1, minWidth: 120 }}>
        <Progress.Section
          value={share ?? 100}
          animated={share === undefined}
          striped={share === undefined}
          aria-label={label}
          aria-valuetext={text}
        />
      </Progress.Root>
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {text}
      </Text>
    </Group>
  );
}

/**
 * Follows a job by its stream of progress and shows how far it is. `onEvent` is told of each state; that the page may be
 * left is said, since the job goes on.
 */
export function JobProgress<T extends { readonly progress?: Done }>({
  path,
  initial,
  label,
  isBrief = false,
  onEvent,
}: {
  readonly path: string;
  readonly initial: Done;
  readonly label: string;
  /** Only the bar, as in a row of a table. */
  readonly isBrief?: boolean;
  readonly onEvent?: (event: T) => void;
}) {
  const { t } = useTranslation();
  const [progress, setProgress] = useState(initial);
  useEvents<T & Partial<Done>>(path, (event) => {
    const told =
      event.progress ?? (event.done === undefined ? undefined : { done: event.done, total: event.total });
    if (told) setProgress(told);
    onEvent?.(event);
  });
  return (
    <Stack gap={4}>
      <ProgressBar progress={progress} label={label} />
      {!isBrief && (
        <Text size="xs" c="dimmed">
          {t('progress.closing')}
        </Text>
      )}
    </Stack>
  );
}
