// A record as it was beside what it is: what differs is marked, and can be brought back by a plan.
import { Badge, Button, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, isCode } from '../../../api/errors';
import type { ObjectType } from '../../../api/object-types';
import { usePlanning } from '../../../api/plans';
import { isWritable, propertiesQuery, usePropertyLabel } from '../../../api/properties';
import { useMe } from '../../../api/session';
import { DataTable } from '../../../ui/data-table';
import { PropertyValue } from '../../../ui/property-value';
import { Answer, Empty } from '../../../ui/states';
import { tellFailure } from '../../../ui/told';
import { recordQuery, type ThenView } from '../records.queries';

interface Props {
  readonly type: ObjectType;
  readonly now: ThenView;
  readonly asOf: string;
}

interface Row {
  readonly name: string;
  readonly then: string | null;
  readonly now: string | null;
  readonly differs: boolean;
  readonly canBack: boolean;
}

export function ThenAndNow({ type, now, asOf }: Props) {
  const { t } = useTranslation('records');
  const then = useQuery(recordQuery(type.name, now.id, asOf));
  const { error } = then;
  if (error instanceof ApiError && error.status === 404 && !isCode(error, 'RECORD_ERASED'))
    return (
      <Empty
        title={t(isCode(error, 'RECORD_PURGED') ? 'then.purged' : 'then.notYet')}
        text={t('then.notYetText')}
      />
    );
  if (isCode(error, 'RECORD_MERGED'))
    return <Empty title={t('then.merged')} text={(error as Error).message} />;
  return <Answer query={then}>{(was) => <Beside key={asOf} {...{ type, now, was, asOf }} />}</Answer>;
}

function Beside({ type, now, was, asOf }: Props & { readonly was: ThenView }) {
  const { t } = useTranslation(['records', 'common']);
  const { user } = useMe();
  const [isOnlyDiffering, setOnlyDiffering] = useState(true);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { data: properties = [] } = useQuery(propertiesQuery(type.name));
  const labelOf = usePropertyLabel(type.name);
  const planning = usePlanning(tellFailure);
  const writable = new Set(properties.filter(isWritable).map(({ name }) => name));
  const names = [...new Set([...Object.keys(was.properties), ...Object.keys(now.properties)])];
  const all = names
    .map((name): Row => {
      const [before, after] = [was.properties[name] ?? null, now.properties[name] ?? null];
      const differs = (before ?? '') !== (after ?? '');
      return { name, then: before, now: after, differs, canBack: differs && writable.has(name) };
    })
    .filter((row) => row.then || row.now)
    .toSorted(
      (a, b) => Number(b.canBack) - Number(a.canBack) || labelOf(a.name).localeCompare(labelOf(b.name)),
    );
  const rows = isOnlyDiffering ? all.filter(({ differs }) => differs) : all;
  const canBack = all.filter((row) => row.canBack).map(({ name }) => name);
  const picked = canBack.filter((name) => chosen.has(name));
  const restored = picked.length > 0 ? picked : canBack;
  const isGone = now.archived || now.ended !== undefined;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h5">
          {t('then.title')}
          {was.archived && (
            <Badge ml="xs" color="red" variant="light">
              {t('then.wasArchived')}
            </Badge>
          )}
        </Title>
        <Group gap="md">
          <Switch
            label={t('then.only')}
            checked={isOnlyDiffering}
            onChange={({ currentTarget }) => setOnlyDiffering(currentTarget.checked)}
          />
          {user.superAdmin && restored.length > 0 && (
            <Button
              leftSection={<IconRestore size={16} aria-hidden />}
              loading={planning.isPending}
              onClick={() =>
                planning.mutate({
                  restore: {
                    source: { asOf },
                    objects: [{ objectType: type.name, properties: restored, recordIds: [now.id] }],
                    ...(isGone && { modes: { recreateDeleted: true } }),
                  },
                })
              }
            >
              {t('then.restore', { count: restored.length })}
            </Button>
          )}
        </Group>
      </Group>
      {user.superAdmin && (
        <Text size="sm" c="dimmed">
          {t('then.restoreText')}
        </Text>
      )}
      <DataTable
        name="record-then"
        label={t('then.title')}
        rows={rows}
        idOf={({ name }) => name}
        selection={
          user.superAdmin
            ? { chosen, onChange: setChosen, labelOf, isOffered: (name) => canBack.includes(name) }
            : undefined
        }
        columns={[
          {
            ...{ id: 'property', label: t('common:property.label'), isFixed: true },
            cell: ({ name }) => labelOf(name),
          },
          {
            ...{ id: 'then', label: t('then.then'), isFixed: true },
            cell: ({ name, then, differs }) => (
              <Text span size="sm" fw={differs ? 600 : undefined}>
                <PropertyValue objectType={type.name} name={name} value={then} />
              </Text>
            ),
          },
          {
            ...{ id: 'now', label: t('then.now'), isFixed: true },
            cell: ({ name, now: after }) => (
              <PropertyValue objectType={type.name} name={name} value={after} />
            ),
          },
          {
            ...{ id: 'differs', label: t('then.differs'), isFixed: true },
            cell: ({ differs }) =>
              differs ? (
                <Badge color="orange" variant="light" autoContrast>
                  {t('then.differs')}
                </Badge>
              ) : (
                <Text span size="sm" c="dimmed">
                  {t('then.same')}
                </Text>
              ),
          },
        ]}
        empty={<Empty title={t('then.noDifference')} text={t('then.noDifferenceText')} />}
      />
    </Stack>
  );
}
