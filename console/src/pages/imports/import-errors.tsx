// The errors of an import row by row, and the files by which they are mended.
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { usePropertyLabel } from '../../api/properties';
import { DataTable, type Column } from '../../ui/data-table';
import { fetchFile } from '../../ui/download-button';
import { keptPageSize, Pager } from '../../ui/pager';
import { Value } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { failedRows } from './failed-rows';
import { errorsQuery, type Import, type ImportError } from './imports.queries';
import { mappingsOf, type ImportRequest } from './import-request';

interface Props {
  readonly of: Import;
  readonly after: string | undefined;
  readonly size: number | undefined;
  readonly onPage: (after: string | undefined) => void;
  readonly onSize?: (size: number) => void;
}

export function ImportErrors({ of, after, size = keptPageSize(), onPage, onSize }: Props) {
  const { t } = useTranslation('imports');
  const { number, list } = useFormats();
  const propertyLabel = usePropertyLabel(of.mappedObjectTypeIds[0] ?? '');
  const query = useQuery(errorsQuery(of.id, { limit: size, after }));
  const files = (of.importRequestJson as ImportRequest | undefined)?.files ?? [];
  const gather = useMutation({
    mutationFn: () => failedRows(of),
    onSuccess: (made) => {
      if (!made) return tellFailure(new Error(t('errors.rowsUnknown')));
      for (const { name, csv } of made) {
        const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
        fetchFile(url, name);
        URL.revokeObjectURL(url);
      }
    },
    onError: tellFailure,
  });
  const columnName = ({ sourceData, knownColumnNumber, extraContext }: ImportError) => {
    if (knownColumnNumber === undefined) return extraContext === undefined ? '' : propertyLabel(extraContext);
    const file = files[sourceData.fileId];
    const named = file && mappingsOf(file)[knownColumnNumber - 1];
    const isNamed = extraContext === undefined || named?.propertyName === extraContext;
    const name = isNamed ? named?.columnName : extraContext;
    return name === undefined ? String(knownColumnNumber) : `${knownColumnNumber}: ${name}`;
  };
  const columns: Column<ImportError>[] = [
    {
      id: 'file',
      label: t('errors.file'),
      isHidden: files.length < 2,
      cell: ({ sourceData }) => sourceData.pageName || files[sourceData.fileId]?.fileName,
    },
    {
      id: 'row',
      label: t('errors.row'),
      isNumber: true,
      isFixed: true,
      cell: ({ sourceData }) => number(sourceData.lineNumber),
    },
    { id: 'column', label: t('errors.column'), cell: columnName },
    {
      id: 'cell',
      label: t('errors.cell'),
      cell: (error) =>
        'invalidValue' in error && error.invalidValue !== undefined ? (
          <Value value={error.invalidValue} />
        ) : error.sourceData.containsEncryptedProperties ? (
          t('errors.hidden')
        ) : (
          <Value value="" />
        ),
    },
    {
      id: 'reason',
      label: t('errors.reason'),
      isFixed: true,
      cell: ({ errorMessage, errorType, expected, options }) => (
        <Stack gap={2}>
          <Value value={errorMessage ?? errorType} />
          {options && options.length > 0 ? (
            <Text size="xs" c="dimmed" component="div">
              <Value value={t('errors.options', { list: list(options) })} />
            </Text>
          ) : (
            expected !== undefined && (
              <Text size="xs" c="dimmed">
                {t('errors.expected', { what: expected })}
              </Text>
            )
          )}
        </Stack>
      ),
    },
    { id: 'type', label: t('errors.type'), isHidden: true, cell: ({ errorType }) => errorType },
  ];
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-end">
        <Title order={2} size="h3">
          {t('errors.title')}
        </Title>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => fetchFile(`/crm/v3/imports/${of.id}/errors/file`, `import-${of.id}-errors.csv`)}
          >
            {t('errors.list')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            loading={gather.isPending}
            onClick={() => gather.mutate()}
          >
            {t('errors.rows')}
          </Button>
        </Group>
      </Group>
      <Text size="sm" c="dimmed">
        {t('errors.rowsHelp')}
      </Text>
      <Answer query={query}>
        {({ results, paging }) => (
          <>
            <DataTable
              name="import-errors"
              label={t('errors.label')}
              columns={columns}
              rows={results}
              idOf={({ id }) => id}
              empty={<Text p="md">{t('errors.none')}</Text>}
            />
            <Pager
              after={after}
              next={paging?.next.after}
              onPage={onPage}
              size={size}
              {...(onSize && { onSize })}
            />
          </>
        )}
      </Answer>
    </Stack>
  );
}
