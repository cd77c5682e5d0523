// How much differs: records by object type, and how many of them in which property. Each number leads to its rows.
import { Anchor, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { usePropertyLabel } from '../../api/properties';
import { useFormats } from '../../words/formats';
import type { Comparison, RowsWanted } from './compare.queries';

const kinds = ['added', 'removed', 'changed'] as const;
/** So many properties of a type are named, those that differ most first. */
const NAMED = 12;

export function Summary({ comparison }: { readonly comparison: Comparison }) {
  const { t } = useTranslation(['compare', 'common']);
  const objectLabel = useObjectLabel();
  const { id, byObject = {}, byProperty = {}, associations, definitions } = comparison;
  const others = [
    { name: t('what.association'), what: 'association', counts: associations },
    { name: t('definitions'), what: undefined, counts: definitions },
  ];
  return (
    <Paper withBorder p="md" component="section" aria-label={t('summary.title')}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('summary.title')}
        </Title>
        <Table.ScrollContainer type="native" minWidth={420} tabIndex={0} aria-label={t('summary.title')}>
          <Table verticalSpacing={4} aria-label={t('summary.title')} fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('summary.of')}</Table.Th>
                {kinds.map((kind) => (
                  <Table.Th key={kind} ta="right">
                    {t(`kinds.${kind}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {Object.entries(byObject).map(([objectType, counts]) => (
                <Table.Tr key={objectType}>
                  <Table.Td>{objectLabel(objectType)}</Table.Td>
                  {kinds.map((kind) => (
                    <Table.Td key={kind} ta="right">
                      <Count id={id} count={counts[kind]} rows={{ what: 'record', objectType, kind }} />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
              {others.map(({ name, what, counts }) => (
                <Table.Tr key={name}>
                  <Table.Td>{name}</Table.Td>
                  {kinds.map((kind) => (
                    <Table.Td key={kind} ta="right">
                      <Count
                        id={id}
                        count={counts?.[kind] ?? 0}
                        rows={what === undefined ? undefined : { what, kind }}
                      />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {Object.entries(byProperty).map(([objectType, counts]) => (
          <Properties key={objectType} id={id} objectType={objectType} counts={counts} />
        ))}
      </Stack>
    </Paper>
  );
}

function Count({
  id,
  count,
  rows,
}: {
  readonly id: string;
  readonly count: number;
  readonly rows: RowsWanted | undefined;
}) {
  const { number } = useFormats();
  if (count === 0 || !rows) return <span>{number(count)}</span>;
  return (
    <Anchor
      fz="sm"
      renderRoot={(props) => (
        <Link to="/compare/$comparisonId" params={{ comparisonId: id }} search={rows} {...props} />
      )}
    >
      {number(count)}
    </Anchor>
  );
}

function Properties({
  id,
  objectType,
  counts,
}: {
  readonly id: string;
  readonly objectType: string;
  readonly counts: Readonly<Record<string, number>>;
}) {
  const { t } = useTranslation('compare');
  const { number } = useFormats();
  const objectLabel = useObjectLabel();
  const labelOf = usePropertyLabel(objectType);
  const sorted = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  if (sorted.length === 0) return null;
  return (
    <Group gap="xs">
      <Text size="sm" fw={600}>
        {t('summary.properties', { label: objectLabel(objectType) })}
      </Text>
      {sorted.slice(0, NAMED).map(([property, count]) => (
        <Anchor
          key={property}
          size="sm"
          title={property}
          renderRoot={(props) => (
            <Link
              to="/compare/$comparisonId"
              params={{ comparisonId: id }}
              search={{ what: 'record', objectType, property }}
              {...props}
            />
          )}
        >
          {labelOf(property)} ({number(count)})
        </Anchor>
      ))}
      {sorted.length > NAMED && (
        <Text size="sm" c="dimmed">
          {t('summary.more', { count: sorted.length - NAMED })}
        </Text>
      )}
    </Group>
  );
}
