// What differs, row by row: narrowed down, and taken into a plan that brings back what was.
import { Anchor, Badge, Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { usePlanning } from '../../api/plans';
import { usePropertyLabel } from '../../api/properties';
import { DataTable } from '../../ui/data-table';
import { keptPageSize, Pager } from '../../ui/pager';
import { Answer, Empty } from '../../ui/states';
import { tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { rowsQuery, type Comparison, type Row } from './compare.queries';
import { RowChanges } from './row-changes';

const kinds = ['added', 'removed', 'changed'] as const;
const whats = ['record', 'association', 'property', 'objectType', 'pipeline', 'associationType'] as const;
const colors = { added: 'green', removed: 'red', changed: 'orange' } as const;

const keyOf = ({ what, objectType, recordId, name, to }: Row): string =>
  [what, objectType, recordId ?? name, to?.objectType, to?.recordId].filter(Boolean).join('/');
/** Records that were there at the first instant can be brought back to it. */
const isRestorable = ({ what, kind, recordId }: Row): boolean =>
  what === 'record' && kind !== 'added' && recordId !== undefined;

export function Differences({ comparison }: { readonly comparison: Comparison }) {
  const { t } = useTranslation(['compare', 'common']);
  const { number } = useFormats();
  const objectLabel = useObjectLabel();
  const search = useSearch({ from: '/shell/compare/$comparisonId' });
  const navigate = useNavigate({ from: '/compare/$comparisonId' });
  const { objectType, kind, what, property, after } = search;
  const limit = Number(search.limit ?? keptPageSize());
  const labelOf = usePropertyLabel(objectType ?? '');
  const rows = useQuery(rowsQuery(comparison.id, { objectType, kind, what, property }, limit, after));
  // Rows are chosen across pages: what each stands for is kept with it.
  const [chosen, setChosen] = useState<ReadonlyMap<string, Row>>(new Map());
  const planning = usePlanning(tellFailure);
  const ask = (change: Partial<Record<keyof typeof search, string | undefined>>) =>
    void navigate({ search: (now) => ({ ...now, after: undefined, ...change }) });
  const { changed = 0, removed = 0 } = comparison.counts ?? {};
  const planChosen = () =>
    planning.mutate({
      comparison: comparison.id,
      choice: {
        objects: [...new Set([...chosen.values()].map((row) => row.objectType))].map((type) => ({
          objectType: type,
          recordIds: [...chosen.values()].flatMap((row) =>
            row.objectType === type && row.recordId !== undefined ? [row.recordId] : [],
          ),
        })),
      },
    });
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('rows.title')}
        </Title>
        <Group gap="xs" maw="100%">
          {chosen.size > 0 && (
            <>
              <Text size="sm" role="status">
                {t('common:select.chosen', { count: chosen.size })}
              </Text>
              <Anchor component="button" size="sm" onClick={() => setChosen(new Map())}>
                {t('common:select.none')}
              </Anchor>
            </>
          )}
          <Button
            variant={chosen.size > 0 ? 'filled' : 'default'}
            disabled={chosen.size === 0}
            loading={planning.isPending}
            leftSection={<IconRestore size={16} aria-hidden />}
            onClick={planChosen}
          >
            {t('plan.these', { count: chosen.size, total: number(chosen.size) })}
          </Button>
          {changed + removed > 0 && (
            <Button
              variant="default"
              loading={planning.isPending}
              onClick={() => planning.mutate({ comparison: comparison.id, choice: {} })}
            >
              {t('plan.all', { count: changed + removed, total: number(changed + removed) })}
            </Button>
          )}
        </Group>
      </Group>
      <Text size="sm" c="dimmed">
        {t('plan.text')}
      </Text>
      <Group gap="sm">
        <Select
          w={190}
          clearable
          label={t('filter.objectType')}
          placeholder={t('common:objectType.all')}
          data={[
            ...new Set([...Object.keys(comparison.byObject ?? {}), ...(objectType ? [objectType] : [])]),
          ].map((name) => ({
            ...{ value: name, label: objectLabel(name) },
          }))}
          value={objectType ?? null}
          onChange={(name) => ask({ objectType: name ?? undefined, property: undefined })}
        />
        <Select
          w={190}
          clearable
          label={t('filter.what')}
          placeholder={t('filter.anything')}
          data={whats.map((name) => ({ value: name, label: t(`what.${name}`) }))}
          value={what ?? null}
          onChange={(name) => ask({ what: name ?? undefined })}
        />
        <Select
          w={170}
          clearable
          label={t('filter.kind')}
          placeholder={t('filter.anything')}
          data={kinds.map((name) => ({ value: name, label: t(`kinds.${name}`) }))}
          value={kind ?? null}
          onChange={(name) => ask({ kind: name ?? undefined })}
        />
        {objectType !== undefined && (
          <Select
            w={220}
            clearable
            searchable
            label={t('filter.property')}
            placeholder={t('common:property.all')}
            data={[
              ...new Set([
                ...Object.keys(comparison.byProperty?.[objectType] ?? {}),
                ...(property ? [property] : []),
              ]),
            ].map((name) => ({ value: name, label: labelOf(name) }))}
            value={property ?? null}
            onChange={(name) => ask({ property: name ?? undefined })}
          />
        )}
      </Group>
      <Answer query={rows}>
        {({ results, paging }) => {
          const byKey = new Map(results.map((row) => [keyOf(row), row]));
          return (
            <Stack gap="xs" style={{ opacity: rows.isPlaceholderData ? 0.6 : 1 }}>
              <DataTable
                name="differences"
                label={t('rows.title')}
                rows={results}
                idOf={keyOf}
                selection={{
                  chosen: new Set(chosen.keys()),
                  isOffered: (key) => isRestorable(byKey.get(key)!),
                  onChange: (keys) =>
                    setChosen(
                      new Map(
                        [...keys].flatMap((key) => {
                          const row = byKey.get(key) ?? chosen.get(key);
                          return row ? [[key, row] as const] : [];
                        }),
                      ),
                    ),
                }}
                columns={[
                  {
                    ...{ id: 'kind', label: t('filter.kind') },
                    cell: (row) => (
                      <Badge color={colors[row.kind]} variant="light" tt="none" autoContrast>
                        {t(row.how === undefined ? `kinds.${row.kind}` : `how.${row.how}`)}
                      </Badge>
                    ),
                  },
                  { id: 'what', label: t('filter.what'), cell: (row) => t(`what.${row.what}`) },
                  { id: 'type', label: t('filter.objectType'), cell: (row) => objectLabel(row.objectType) },
                  { id: 'which', label: t('rows.which'), isFixed: true, cell: (row) => <Which row={row} /> },
                  {
                    ...{ id: 'changes', label: t('rows.changes'), isFixed: true },
                    cell: (row) => <RowChanges row={row} />,
                  },
                ]}
                empty={<Empty title={t('rows.none')} />}
              />
              <Pager
                after={after}
                next={paging?.next?.after}
                onPage={(cursor) => void navigate({ search: (now) => ({ ...now, after: cursor }) })}
                size={limit}
                onSize={(size) => ask({ limit: String(size) })}
                note={t('rows.total', { count: comparison.rows ?? 0, total: number(comparison.rows ?? 0) })}
              />
            </Stack>
          );
        }}
      </Answer>
    </Stack>
  );
}

function Which({ row }: { readonly row: Row }) {
  const objectLabel = useObjectLabel();
  const { recordId, name, objectType, to } = row;
  const link = (type: string, id: string, text: string) => (
    <Anchor
      fz="sm"
      renderRoot={(props) => (
        <Link to="/records/$objectType/$recordId" params={{ objectType: type, recordId: id }} {...props} />
      )}
    >
      {text}
    </Anchor>
  );
  if (recordId === undefined) return <span>{name ?? '—'}</span>;
  return (
    <>
      {link(objectType, recordId, recordId)}
      {to !== undefined && (
        <>
          {' ↔ '}
          {to.recordId === undefined
            ? objectLabel(to.objectType)
            : link(to.objectType, to.recordId, `${objectLabel(to.objectType)} ${to.recordId}`)}
        </>
      )}
    </>
  );
}
