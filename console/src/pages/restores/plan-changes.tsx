// What a plan would change, record by record: each value as it is now and as it was then, with what stands in the way.
import { Alert, Badge, Group, Select, Stack, Table, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { usePropertyLabel } from '../../api/properties';
import { TextLink } from '../../ui/link';
import { keptPageSize, Pager } from '../../ui/pager';
import { Change } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { changesQuery, KINDS, type Plan, type PlanRow } from './restores.queries';

const FROM = '/shell/restores/plans/$planId';

export function PlanChanges({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('restores');
  const labelOf = useObjectLabel();
  const { objectType, kind, after, limit } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: '/restores/plans/$planId' });
  const size = Number(limit ?? keptPageSize());
  const query = useQuery({
    ...changesQuery(plan.id, { objectType, kind, after, limit: size }),
    placeholderData: keepPreviousData,
  });
  const { byObject, byProperty, byKind = {} } = plan.summary!;
  const types = [...new Set([...Object.keys(byObject), ...Object.keys(byProperty), ...Object.keys(byKind)])];
  const filter = (some: { objectType?: string | undefined; kind?: string | undefined }) =>
    void navigate({ search: (now) => ({ ...now, after: undefined, ...some }), resetScroll: false });
  const kinds = [...KINDS, 'conflict', 'leftAlone'] as const;
  return (
    <Stack gap="sm" component="section">
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h4">
          {t('changes.title')}
        </Title>
        <Group gap="xs">
          <Select
            size="xs"
            label={t('columns.objectType')}
            placeholder={t('changes.allTypes')}
            data={types.map((type) => ({ value: type, label: labelOf(type) }))}
            value={objectType ?? null}
            clearable
            onChange={(chosen) => filter({ objectType: chosen ?? undefined })}
          />
          <Select
            size="xs"
            label={t('changes.kind')}
            placeholder={t('changes.allKinds')}
            data={kinds.map((one) => ({ value: one, label: t(`changes.kinds.${one}`) }))}
            value={kind ?? null}
            clearable
            onChange={(chosen) => filter({ kind: chosen ?? undefined })}
          />
        </Group>
      </Group>
      <Answer query={query}>
        {({ results, paging }) => (
          <Stack gap="sm">
            <Table.ScrollContainer type="native" minWidth={560} tabIndex={0} aria-label={t('changes.title')}>
              <Table withTableBorder verticalSpacing={6} fz="sm" aria-label={t('changes.title')}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th w={220}>{t('changes.record')}</Table.Th>
                    <Table.Th w={160}>{t('changes.kind')}</Table.Th>
                    <Table.Th>{t('changes.nowThen')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {results.map((row) => (
                    <Row
                      key={`${row.objectType} ${row.recordId} ${row.kind} ${row.to?.recordId ?? ''}`}
                      row={row}
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {results.length === 0 && <Empty title={t('changes.none')} />}
            <Pager
              after={after}
              next={paging?.next.after}
              size={size}
              onPage={(to) => void navigate({ search: (now) => ({ ...now, after: to }), resetScroll: false })}
              onSize={(to) =>
                void navigate({ search: (now) => ({ ...now, after: undefined, limit: String(to) }) })
              }
            />
          </Stack>
        )}
      </Answer>
    </Stack>
  );
}

interface Ref {
  readonly objectType: string;
  readonly recordId: string;
}

export function RecordLink({ objectType, recordId }: Ref) {
  const labelOf = useObjectLabel();
  return (
    <span>
      {labelOf(objectType)}{' '}
      <TextLink to="/records/$objectType/$recordId" params={{ objectType, recordId }}>
        {recordId}
      </TextLink>
    </span>
  );
}

const asText = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);

function Row({ row }: { readonly row: PlanRow }) {
  const { t } = useTranslation('restores');
  const labelOf = usePropertyLabel(row.objectType);
  const { objectType, recordId, kind, to, changes, links, conflict, leftAlone, purged } = row;
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td>
        <RecordLink objectType={objectType} recordId={recordId} />
        {to && (
          <div>
            ↔ <RecordLink {...to} />
          </div>
        )}
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={kind === 'archive' ? 'orange' : 'blue'} autoContrast>
          {t(`changes.kinds.${kind}`)}
        </Badge>
        {purged && (
          <Text size="xs" c="dimmed">
            {t('changes.purged')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Stack gap={2}>
          {Object.entries(changes).map(([name, { from, to: then }]) => (
            <Text size="sm" component="div" key={name}>
              <Text span c="dimmed" size="sm" title={name}>
                {labelOf(name)}:
              </Text>{' '}
              <Change from={asText(from)} to={asText(then)} />
            </Text>
          ))}
          {links && (
            <Text size="sm" component="div">
              <Change from={linksText(links.from)} to={linksText(links.to)} />
            </Text>
          )}
          {conflict && (
            <Alert color={conflict.resolved ? 'blue' : 'orange'} p={6}>
              <Text size="xs" component="div">
                {t(conflict.resolved ? 'changes.conflictResolved' : 'changes.conflict', {
                  property: labelOf(conflict.property),
                })}{' '}
                <RecordLink objectType={objectType} recordId={conflict.heldBy} />
              </Text>
            </Alert>
          )}
          {leftAlone && (
            <Text size="xs" c="dimmed">
              {'properties' in leftAlone
                ? t('changes.leftAlone', { properties: leftAlone.properties.map(labelOf).join(', ') })
                : t(`changes.because.${leftAlone.because}`)}
            </Text>
          )}
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}

type Links = NonNullable<PlanRow['links']>['from'];

const linksText = (links: Links): string | null =>
  links.length === 0 ? null : links.map(({ label, typeId }) => label ?? `#${typeId}`).join(', ');
