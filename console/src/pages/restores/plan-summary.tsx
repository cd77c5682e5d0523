// How much a plan would change, and what it would leave alone and why.
import { Alert, Card, Group, List, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { usePropertyLabel } from '../../api/properties';
import { TextLink } from '../../ui/link';
import { useFormats } from '../../words/formats';
import type { Plan, Summary } from './restores.queries';

export function PlanSummary({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const summary = plan.summary!;
  const isNothing = (plan.rows ?? 0) === 0;
  const figures = (
    [
      ['records', summary.records],
      ['changes', summary.changes],
      ['cleared', summary.cleared],
      ['recreated', summary.recreated],
      ['archived', summary.archived ?? 0],
      ['associated', summary.associated ?? 0],
      ['disassociated', summary.disassociated ?? 0],
    ] as const
  ).filter(([name, count]) => count > 0 || name === 'records' || name === 'changes');
  return (
    <Card withBorder component="section">
      <Stack gap="md">
        <Title order={2} size="h4">
          {t('summary.title')}
        </Title>
        {isNothing && (
          <Alert color="blue" icon={<IconInfoCircle aria-hidden />} title={t('summary.nothing')}>
            {t('summary.nothingText')}
          </Alert>
        )}
        <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
          {figures.map(([name, count]) => (
            <div key={name}>
              <Text fz="xl" fw={600}>
                {number(count)}
              </Text>
              <Text size="sm" c="dimmed">
                {t(`summary.${name}`, { count })}
              </Text>
            </div>
          ))}
        </SimpleGrid>
        <ByObject plan={plan} />
        <LeftAlone plan={plan} summary={summary} />
        <Automations plan={plan} />
      </Stack>
    </Card>
  );
}

function ByObject({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const labelOf = useObjectLabel();
  const { byObject, byProperty, byKind = {} } = plan.summary!;
  const types = [...new Set([...Object.keys(byObject), ...Object.keys(byProperty), ...Object.keys(byKind)])];
  if (types.length === 0) return null;
  return (
    <Table.ScrollContainer type="native" minWidth={480} tabIndex={0} aria-label={t('summary.byObject')}>
      <Table fz="sm" verticalSpacing={4} aria-label={t('summary.byObject')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('columns.objectType')}</Table.Th>
            <Table.Th ta="right">{t('columns.records')}</Table.Th>
            <Table.Th>{t('summary.byProperty')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {types.map((type) => (
            <Table.Tr key={type}>
              <Table.Td>
                <TextLink
                  to="/restores/plans/$planId"
                  params={{ planId: plan.id }}
                  search={{ objectType: type }}
                >
                  {labelOf(type)}
                </TextLink>
              </Table.Td>
              <Table.Td ta="right">{number(byObject[type] ?? 0)}</Table.Td>
              <Table.Td>
                <Properties type={type} counts={byProperty[type] ?? {}} />
                <Kinds counts={byKind[type] ?? {}} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Properties({ type, counts }: { readonly type: string; readonly counts: Record<string, number> }) {
  const { number } = useFormats();
  const labelOf = usePropertyLabel(type);
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return (
    <Group gap={12}>
      {sorted.map(([name, count]) => (
        <Text span size="sm" key={name} title={name}>
          {labelOf(name)}: {number(count)}
        </Text>
      ))}
    </Group>
  );
}

function Kinds({ counts }: { readonly counts: NonNullable<Summary['byKind']>[string] }) {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const told = (['recreate', 'archive', 'links'] as const).filter((kind) => (counts[kind] ?? 0) > 0);
  return (
    <Group gap={12}>
      {told.map((kind) => (
        <Text span size="sm" c="dimmed" key={kind}>
          {t(`summary.kind.${kind}`)}: {number(counts[kind]!)}
        </Text>
      ))}
    </Group>
  );
}

/** What stays as it is, and why: said plainly, so that nobody expects it to change. */
function LeftAlone({ plan, summary }: { readonly plan: Plan; readonly summary: Summary }) {
  const { t } = useTranslation('restores');
  const { number, list } = useFormats();
  const labelOf = useObjectLabel();
  const { conflicts, resolved = 0, missing, createdSince, gone, leftAlone = 0 } = summary;
  const { notDefinedAnyMore, notUndone = [] } = summary;
  const open = conflicts - resolved;
  const count = (of: number) => ({ count: of, shown: number(of) });
  const inBin = missing - (gone ? gone.merged + gone.purged + gone.erased : 0);
  const rows = [
    missing > 0 && inBin > 0 && t('alone.inBin', count(inBin)),
    (gone?.purged ?? 0) > 0 && t('alone.purged', count(gone!.purged)),
    (gone?.merged ?? 0) > 0 && t('alone.merged', count(gone!.merged)),
    (gone?.erased ?? 0) > 0 && t('alone.erased', count(gone!.erased)),
    createdSince > 0 && t('alone.createdSince', count(createdSince)),
    leftAlone > 0 && (
      <>
        {t('alone.leftAlone', count(leftAlone))}{' '}
        <TextLink
          underline="always"
          to="/restores/plans/$planId"
          params={{ planId: plan.id }}
          search={{ kind: 'leftAlone' }}
        >
          {t('alone.show')}
        </TextLink>
      </>
    ),
    resolved > 0 && t('alone.resolved', count(resolved)),
    ...Object.entries(notDefinedAnyMore).map(([type, names]) =>
      t('alone.notDefined', { type: labelOf(type), names: list(names) }),
    ),
    ...notUndone.map((deed) =>
      t('alone.notUndone', {
        ...count(deed.count),
        what: `${deed.category} · ${deed.subCategory} · ${deed.action}`,
      }),
    ),
  ].filter((row) => row !== false);
  if (rows.length === 0 && open === 0) return null;
  return (
    <Stack gap="xs">
      {open > 0 && (
        <Alert
          color="orange"
          icon={<IconAlertTriangle aria-hidden />}
          title={t('alone.conflicts', count(open))}
        >
          {t('alone.conflictsText')}{' '}
          <TextLink
            underline="always"
            to="/restores/plans/$planId"
            params={{ planId: plan.id }}
            search={{ kind: 'conflict' }}
          >
            {t('alone.show')}
          </TextLink>
        </Alert>
      )}
      {rows.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {t('alone.title')}
          </Text>
          <List size="sm" spacing={2}>
            {rows.map((row, index) => (
              <List.Item key={index}>{row}</List.Item>
            ))}
          </List>
        </div>
      )}
    </Stack>
  );
}

function Automations({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  const { number } = useFormats();
  const { automations } = plan;
  if (!automations) return null;
  if (automations.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('automations.none')}
      </Text>
    );
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('automations.title')}
      </Text>
      <List size="sm" spacing={2}>
        {automations.map(({ subscriptionId, host, times }) => (
          <List.Item key={subscriptionId}>
            {t('automations.one', { host, id: subscriptionId, count: times, shown: number(times) })}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
