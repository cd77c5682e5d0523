// Moves through the history of a record: to an instant that is typed, or from change to change.
import { ActionIcon, Badge, Button, Group, Paper, Slider, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { InstantInput, isPosition } from '../../../ui/instant-input';
import { useFormats } from '../../../words/formats';
import { timelineQuery, type Step } from '../records.queries';

/** So many changes the slider reaches back; what was before is typed. */
const REACH = 50;

interface Props {
  readonly objectType: string;
  readonly recordId: string;
  readonly asOf: string | undefined;
  readonly onChange: (asOf: string | undefined) => void;
}

/** Which of the steps, newest first, was the last one at an instant; their number where none was. */
const stepAt = (steps: readonly Step[], asOf: string | undefined): number => {
  if (asOf === undefined) return 0;
  const isBy = isPosition(asOf)
    ? ({ position }: Step) => BigInt(position) <= BigInt(asOf)
    : ({ at }: Step) => Date.parse(at) <= Date.parse(asOf);
  const index = steps.findIndex(isBy);
  return index === -1 ? steps.length : index;
};

export function TimeMachine({ objectType, recordId, asOf, onChange }: Props) {
  const { t } = useTranslation('records');
  const formats = useFormats();
  const { data } = useQuery(timelineQuery(objectType, recordId, undefined, REACH));
  const steps = data?.results ?? [];
  const last = steps.length - 1;
  const here = stepAt(steps, asOf);
  const [dragged, setDragged] = useState<number>();
  const go = (index: number) => {
    setDragged(undefined);
    onChange(index <= 0 ? undefined : steps[Math.min(index, last)]!.position);
  };
  // To the right is later, as everywhere.
  const shown = dragged ?? Math.max(0, last - here);
  const step = steps[last - shown];
  const stepText = step ? formats.time(step.at) : '';
  const isNow = asOf === undefined;
  return (
    <Paper
      withBorder
      p="sm"
      {...(!isNow && { style: { border: '2px solid var(--mantine-color-yellow-7)' } })}
    >
      <Group gap="md" align="flex-end">
        <InstantInput label={t('asOf.label')} value={asOf} onChange={onChange} empty={t('then.empty')} />
        {last > 0 && (
          <Group gap="xs" wrap="nowrap" style={{ flex: 1, minWidth: 260 }} pb={4}>
            <ActionIcon
              variant="default"
              aria-label={t('then.earlier')}
              disabled={here >= last}
              onClick={() => go(isNow ? 1 : here + 1)}
            >
              <IconChevronLeft size={16} aria-hidden />
            </ActionIcon>
            <Slider
              style={{ flex: 1 }}
              min={0}
              max={last}
              step={1}
              value={shown}
              onChange={setDragged}
              onChangeEnd={(value) => go(last - value)}
              label={stepText}
              thumbLabel={t('then.slider')}
              thumbProps={{ 'aria-valuetext': stepText }}
              marks={steps.length <= 25 ? steps.map((_, value) => ({ value })) : []}
            />
            <ActionIcon
              variant="default"
              aria-label={t('then.later')}
              disabled={here <= 0}
              onClick={() => go(here - 1)}
            >
              <IconChevronRight size={16} aria-hidden />
            </ActionIcon>
          </Group>
        )}
        {isNow ? (
          <Badge variant="light" mb={8}>
            {t('then.now')}
          </Badge>
        ) : (
          <Group gap="xs" pb={2}>
            <Text size="sm" fw={600}>
              {t('then.readOnly')}
              {isPosition(asOf) && step !== undefined && ` · ${stepText}`}
            </Text>
            <Button size="xs" variant="default" onClick={() => onChange(undefined)}>
              {t('asOf.now')}
            </Button>
          </Group>
        )}
      </Group>
    </Paper>
  );
}
