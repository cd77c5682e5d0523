// One file of an import: how it is read, its first rows, and what its columns become.
import { Button, Group, Paper, Select, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { propertiesQuery } from '../../api/properties';
import { ObjectTypeSelect } from '../../ui/object-type-select';
import { useFormats } from '../../words/formats';
import { ColumnsTable } from './columns-table';
import { DateReading } from './date-reading';
import { mappingsOf, readOtherwise, type ImportRequest, type RequestFile } from './import-request';

const AUTO = '-';
const encodings = ['UTF-8', 'UTF-16', 'WINDOWS-1252', 'ISO-8859-1'] as const;
const delimiters = [',', ';', '\t', '|'] as const;
const numberFormats = ['DECIMAL_POINT', 'DECIMAL_COMMA'] as const;

interface Props {
  readonly picked: File;
  readonly request: ImportRequest;
  readonly file: RequestFile;
  readonly seen: Schemas['PreviewedFile'] | undefined;
  readonly problems: ReadonlyMap<number, string>;
  readonly onChange: (file: RequestFile) => void;
  readonly onType: (objectType: string) => void;
  readonly onRemove: () => void;
}

export function FilePanel(props: Props) {
  const { picked, request, file, seen, problems, onChange, onType, onRemove } = props;
  const { t } = useTranslation('imports');
  const { bytes, number } = useFormats();
  const objectType = seen?.objectType ?? '';
  const { data: properties = [] } = useQuery({ ...propertiesQuery(objectType), enabled: objectType !== '' });
  const typeOf = new Map(properties.map(({ name, type }) => [name, type]));
  const columnsOf = (...types: string[]) =>
    mappingsOf(file).flatMap(({ ignored, propertyName }, n) =>
      !ignored && propertyName != null && types.includes(typeOf.get(propertyName) ?? '') ? [n] : [],
    );
  const dateColumns = columnsOf('date', 'datetime');
  const dates = dateColumns.flatMap((n) => seen?.rows.map(({ cells }) => cells[n] ?? '') ?? []);
  const isWhole = seen !== undefined && seen.bytes === picked.size;
  return (
    <Paper withBorder p="md" component="section" aria-label={picked.name}>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4" dir="auto" style={{ overflowWrap: 'anywhere' }}>
              {picked.name}
            </Title>
            <Text size="sm" c="dimmed">
              {isWhole
                ? t('form.size', { bytes: bytes(picked.size), rows: number(seen.lines) })
                : t('form.sizeLarge', { bytes: bytes(picked.size) })}
            </Text>
          </div>
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            leftSection={<IconX size={14} aria-hidden />}
            onClick={onRemove}
          >
            {t('form.remove', { name: picked.name })}
          </Button>
        </Group>
        <Group align="flex-end" gap="sm">
          {seen && (
            <ObjectTypeSelect
              label={t('form.type')}
              value={objectType}
              onChange={(chosen) => chosen !== null && chosen !== objectType && onType(chosen)}
            />
          )}
          <Select
            label={t('form.encoding')}
            w={170}
            allowDeselect={false}
            data={[
              { value: AUTO, label: seen && !file.encoding ? seen.encoding : t('form.found') },
              ...encodings.filter((one) => file.encoding || one !== seen?.encoding),
            ]}
            value={file.encoding ?? AUTO}
            onChange={(chosen) =>
              onChange(readOtherwise({ ...file, encoding: chosen === AUTO ? null : chosen }))
            }
          />
          <Select
            label={t('form.delimiter')}
            w={150}
            allowDeselect={false}
            data={[
              ...(file.delimiter ? [] : [{ value: AUTO, label: t('form.found') }]),
              ...delimiters.map((one) => ({ value: one, label: t(`form.delimiters.${one}`) })),
            ]}
            value={file.delimiter ?? AUTO}
            onChange={(chosen) => onChange(readOtherwise({ ...file, delimiter: chosen }))}
          />
          <Switch
            label={t('form.header')}
            mb={8}
            checked={file.fileImportPage?.hasHeader ?? true}
            onChange={({ currentTarget }) => onChange(readOtherwise(file, currentTarget.checked))}
          />
        </Group>
        {seen && (
          <>
            <FirstRows seen={seen} />
            <Text size="sm" c="dimmed">
              {t('form.verbatim')} {t('form.keyHelp')}
            </Text>
            <ColumnsTable {...{ file, seen, problems, onChange }} />
            {dateColumns.length > 0 && (
              <DateReading
                values={[...new Set(dates.filter((value) => value.trim() !== ''))]}
                format={file.dateFormat ?? request.dateFormat ?? undefined}
                onChange={(dateFormat) => onChange({ ...file, dateFormat: dateFormat ?? null })}
              />
            )}
            {columnsOf('number').length > 0 && (
              <Select
                label={t('form.numbers.label')}
                maw={360}
                allowDeselect={false}
                data={[
                  { value: AUTO, label: t('form.numbers.auto') },
                  ...numberFormats.map((one) => ({ value: one, label: t(`form.numbers.${one}`) })),
                ]}
                value={file.numberFormat ?? request.numberFormat ?? AUTO}
                onChange={(chosen) => onChange({ ...file, numberFormat: chosen === AUTO ? null : chosen })}
              />
            )}
          </>
        )}
      </Stack>
    </Paper>
  );
}

const ROWS = 5;

function FirstRows({ seen }: { readonly seen: Schemas['PreviewedFile'] }) {
  const { t } = useTranslation('imports');
  return (
    <details>
      <summary>
        <Text span size="sm">
          {t('form.rows')}
        </Text>
      </summary>
      <Table.ScrollContainer type="native" minWidth={500} tabIndex={0} aria-label={t('form.rows')}>
        <Table verticalSpacing={4} aria-label={t('form.rows')}>
          {seen.header && (
            <Table.Thead>
              <Table.Tr>
                <Table.Th fz="xs">{t('form.row')}</Table.Th>
                {seen.header.map((name, n) => (
                  <Table.Th key={n} fz="xs" dir="auto">
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
          )}
          <Table.Tbody>
            {seen.rows.slice(0, ROWS).map(({ row, cells, problem }) => (
              <Table.Tr key={row}>
                <Table.Td fz="xs">{row}</Table.Td>
                {problem === undefined ? (
                  cells.map((cell, n) => (
                    <Table.Td key={n} fz="xs" dir="auto">
                      {cell}
                    </Table.Td>
                  ))
                ) : (
                  <Table.Td fz="xs" colSpan={seen.columnCount}>
                    {problem}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </details>
  );
}
