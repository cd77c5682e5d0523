// Imports, and the restores that are listed among them, newest first.
import { Anchor, Badge, Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { useMay } from '../../api/session';
import { DataTable, type Column } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { keptPageSize, Pager } from '../../ui/pager';
import { Value, When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { ImportState } from './import-state';
import { importsQuery, kindOf, type Import } from './imports.queries';

export default function ImportListPage() {
  const { t } = useTranslation('imports');
  const { number } = useFormats();
  const labelOf = useObjectLabel();
  const mayImport = useMay('crm.import');
  const { after, limit } = useSearch({ from: '/shell/imports' });
  const navigate = useNavigate({ from: '/imports' });
  const size = Number(limit) || keptPageSize();
  const query = useQuery(importsQuery({ limit: size, after }));
  const button = (
    <Button
      leftSection={<IconFileImport size={16} aria-hidden />}
      renderRoot={(props) => <Link to="/imports/new" {...props} />}
    >
      {t('new')}
    </Button>
  );
  const counter = (id: 'rows' | 'created' | 'updated' | 'errors', name: string): Column<Import> => ({
    ...{ id, label: t(`columns.${id}`), isNumber: true },
    cell: ({ metadata }) => {
      const count = metadata.counters[name];
      return count === undefined ? '' : number(count);
    },
  });
  const columns: Column<Import>[] = [
    {
      id: 'name',
      label: t('columns.name'),
      isFixed: true,
      cell: ({ id, importName }) => (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/imports/$importId" params={{ importId: id }} {...props} />}
        >
          <Value value={importName} />
        </Anchor>
      ),
    },
    {
      id: 'kind',
      label: t('columns.kind'),
      cell: (one) => (
        <Badge variant="default" tt="none">
          {t(`kind.${kindOf(one)}`)}
        </Badge>
      ),
    },
    {
      id: 'types',
      label: t('columns.types'),
      cell: ({ mappedObjectTypeIds }) => mappedObjectTypeIds.map(labelOf).join(', '),
    },
    { id: 'state', label: t('columns.state'), cell: ({ state }) => <ImportState state={state} /> },
    counter('rows', 'TOTAL_ROWS'),
    counter('created', 'CREATED_OBJECTS'),
    counter('updated', 'UPDATED_OBJECTS'),
    counter('errors', 'ERRORS'),
    { id: 'createdAt', label: t('columns.createdAt'), cell: ({ createdAt }) => <When at={createdAt} /> },
    {
      id: 'updatedAt',
      label: t('columns.updatedAt'),
      isHidden: true,
      cell: ({ updatedAt }) => <When at={updatedAt} />,
    },
  ];
  return (
    <Page title={t('title')} lead={t('lead')} actions={mayImport && button}>
      <Answer query={query}>
        {({ results, paging }) => (
          <>
            <DataTable
              name="imports"
              label={t('label')}
              columns={columns}
              rows={results}
              idOf={({ id }) => id}
              empty={<Empty title={t('empty.title')} text={t('empty.text')} action={button} />}
            />
            <Pager
              after={after}
              next={paging?.next.after}
              onPage={(next) => void navigate({ search: (now) => ({ ...now, after: next! }) })}
              size={size}
              onSize={(chosen) => void navigate({ search: { limit: String(chosen) } })}
            />
          </>
        )}
      </Answer>
    </Page>
  );
}
