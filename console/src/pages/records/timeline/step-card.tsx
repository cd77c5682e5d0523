// A step in the life of a record: what it did, who did it, when, from where and why, and how it is taken back.
import { Anchor, Badge, Box, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconArrowBackUp, IconEye, IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjectLabel, type ObjectType } from '../../../api/object-types';
import { usePlanning } from '../../../api/plans';
import { isWritable, propertiesQuery, usePropertyLabel } from '../../../api/properties';
import { useMe } from '../../../api/session';
import { useValueText } from '../../../ui/property-value';
import { Change, When } from '../../../ui/shown';
import { tellFailure } from '../../../ui/told';
import type { Step } from '../records.queries';
import { Causes, Who } from './who';

interface Props {
  readonly type: ObjectType;
  readonly recordId: string;
  readonly isLive: boolean;
  readonly step: Step;
}

/** So many changes are shown before the rest is asked for. */
const SHOWN = 8;

export function StepCard({ type, recordId, isLive, step }: Props) {
  const { t } = useTranslation('records');
  const { user } = useMe();
  const navigate = useNavigate({ from: '/records/$objectType/$recordId' });
  const planning = usePlanning(tellFailure);
  const { data: properties = [] } = useQuery(propertiesQuery(type.name));
  const writable = new Set(properties.filter(isWritable).map(({ name }) => name));
  const changed = Object.keys(step.changes ?? {});
  const meant = changed.filter((name) => writable.has(name));
  const isRestore = step.source.type === 'RESTORE' || step.cause.restoreId !== undefined;
  return (
    <Paper withBorder p="md" component="li">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs" align="flex-start">
          <Group gap="xs">
            <Title order={2} size="h6">
              {t(`kinds.${step.kind}`, { defaultValue: step.summary })}
              {step.kind === 'changed' &&
                meant.length > 0 &&
                `: ${t('timeline.values', { count: meant.length })}`}
            </Title>
            {isRestore && (
              <Badge color="grape" variant="light" leftSection={<IconRestore size={12} aria-hidden />}>
                {t('timeline.restored')}
              </Badge>
            )}
          </Group>
          <Text size="sm" component="div">
            <When at={step.at} />
          </Text>
        </Group>
        <Group gap="2px 16px" fz="sm">
          <Who step={step} />
          <Causes step={step} />
        </Group>
        {step.with && <Other step={step} />}
        {changed.length > 0 && <Changes objectType={type.name} step={step} meant={meant} />}
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconEye size={14} aria-hidden />}
            onClick={() =>
              void navigate({
                search: (now) => ({ ...now, asOf: step.position, tab: undefined, after: undefined }),
              })
            }
          >
            {t('timeline.look')}
          </Button>
          {user.superAdmin && step.can.undo && (
            <Button
              size="compact-sm"
              variant="light"
              leftSection={<IconArrowBackUp size={14} aria-hidden />}
              loading={planning.isPending && 'undo' in planning.variables}
              onClick={() => planning.mutate({ undo: { cause: { entryId: step.entryId } } })}
            >
              {t('timeline.undo')}
            </Button>
          )}
          {user.superAdmin && meant.length > 0 && (
            <Button
              size="compact-sm"
              variant="light"
              leftSection={<IconRestore size={14} aria-hidden />}
              loading={planning.isPending && 'restore' in planning.variables}
              onClick={() =>
                planning.mutate({
                  restore: {
                    source: { asOf: step.position },
                    objects: [{ objectType: type.name, properties: meant, recordIds: [recordId] }],
                    ...(!isLive && { modes: { recreateDeleted: true } }),
                  },
                })
              }
            >
              {t('timeline.restore')}
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

/** Old and new of each property; those that Strata keeps itself, such as the time of the change, come last and folded. */
function Changes({
  objectType,
  step,
  meant,
}: {
  readonly objectType: string;
  readonly step: Step;
  readonly meant: readonly string[];
}) {
  const { t } = useTranslation('records');
  const [isWhole, setWhole] = useState(false);
  const labelOf = usePropertyLabel(objectType);
  const valueText = useValueText(objectType);
  const changes = step.changes ?? {};
  const kept = Object.keys(changes).filter((name) => !meant.includes(name));
  const all = [...meant, ...kept];
  const shown = isWhole ? all : meant.slice(0, SHOWN);
  const text = (name: string, value: unknown) =>
    value === null || value === undefined
      ? null
      : valueText(name, typeof value === 'string' ? value : JSON.stringify(value));
  return (
    <Box>
      <Box
        component="dl"
        m={0}
        style={{ display: 'grid', gridTemplateColumns: 'fit-content(40%) 1fr', gap: '0.25rem 1rem' }}
      >
        {shown.map((name) => (
          <Box key={name} style={{ display: 'contents' }}>
            <Text component="dt" size="sm" c="dimmed" title={name} style={{ overflowWrap: 'anywhere' }}>
              {labelOf(name)}
            </Text>
            <Box component="dd" m={0} fz="sm" style={{ minWidth: 0 }}>
              <Change from={text(name, changes[name]?.from)} to={text(name, changes[name]?.to)} />
            </Box>
          </Box>
        ))}
      </Box>
      {all.length > shown.length || isWhole ? (
        <Button size="compact-xs" variant="subtle" mt={4} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('timeline.fewer') : t('timeline.others', { count: all.length - shown.length })}
        </Button>
      ) : null}
    </Box>
  );
}

/** The record at the other end, and the labels before and after. */
function Other({ step }: { readonly step: Step }) {
  const { t } = useTranslation('records');
  const objectLabel = useObjectLabel();
  const { with: other, links } = step;
  const labels = (types: readonly { readonly label?: string }[] = []) =>
    types.flatMap(({ label }) => label ?? []).join(', ') || null;
  const [from, to] = [labels(links?.from), labels(links?.to)];
  const name = `${objectLabel(other!.objectType)} ${other!.recordId ?? ''}`;
  return (
    <Group gap="xs" fz="sm">
      {other!.recordId === undefined ? (
        <Text span size="sm">
          {t('timeline.hidden', { label: objectLabel(other!.objectType) })}
        </Text>
      ) : (
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link
              to="/records/$objectType/$recordId"
              params={{ objectType: other!.objectType, recordId: other!.recordId! }}
              {...props}
            />
          )}
        >
          {name}
        </Anchor>
      )}
      {(from !== null || to !== null) && <Change from={from} to={to} />}
    </Group>
  );
}
