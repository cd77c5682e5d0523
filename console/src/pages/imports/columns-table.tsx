// The columns of a file: the first values of each, and what it becomes.
import { Button, Code, Group, Radio, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { propertiesQuery } from '../../api/properties';
import { ColumnTarget } from './column-target';
import { isKey, keyedBy, mappingsOf, withMapping, type RequestFile } from './import-request';

const SHOWN = 3;

interface Props {
  readonly file: RequestFile;
  readonly seen: Schemas['PreviewedFile'];
  /** What an import would be refused for, by the number of the column from 0. */
  readonly problems: ReadonlyMap<number, string>;
  readonly onChange: (file: RequestFile) => void;
}

export function ColumnsTable({ file, seen, problems, onChange }: Props) {
  const { t } = useTranslation('imports');
  const { objectType, columnObjectTypeId: typeId } = seen;
  const { data: properties = [] } = useQuery(propertiesQuery(objectType));
  const unique = new Set(properties.filter(({ hasUniqueValue }) => hasUniqueValue).map(({ name }) => name));
  const mappings = mappingsOf(file);
  const mayKey = (n: number) => {
    const { ignored, propertyName, toColumnObjectTypeId: to } = mappings[n]!;
    return (
      !ignored && to == null && propertyName != null && (unique.has(propertyName) || isKey(mappings[n]!))
    );
  };
  return (
    <Table.ScrollContainer type="native" minWidth={700} tabIndex={0} aria-label={t('form.columns')}>
      <Table verticalSpacing={6} aria-label={t('form.columns')}>
        <Table.Thead>
          <Table.Tr>
            {(['column', 'values', 'target', 'key'] as const).map((name) => (
              <Table.Th key={name} fz="sm">
                {t(`form.${name}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {seen.columns.map((column, n) => {
            const mapping = mappings[n];
            if (!mapping) return null;
            const values = seen.rows.map(({ cells }) => cells[n] ?? '').filter((cell) => cell !== '');
            const change = (next: typeof mapping) => onChange(withMapping(file, n, next));
            const { nearest, reason } = column;
            return (
              <Table.Tr key={column.column}>
                <Table.Td fz="sm" dir="auto" style={{ overflowWrap: 'anywhere', maxWidth: 220 }}>
                  {column.columnName}
                </Table.Td>
                <Table.Td maw={260}>
                  <Group gap={4}>
                    {values.slice(0, SHOWN).map((value, k) => (
                      // Values may be the same.
                      <Code key={k} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} dir="auto">
                        {value.length > 60 ? `${value.slice(0, 60)}…` : value}
                      </Code>
                    ))}
                  </Group>
                </Table.Td>
                <Table.Td>
                  <Stack gap={2}>
                    <ColumnTarget
                      {...{ mapping, objectType, typeId }}
                      error={problems.get(n)}
                      onChange={change}
                    />
                    {mapping.ignored && reason !== undefined && (
                      <Group gap={4}>
                        <Text size="xs" c="dimmed">
                          {t(`form.reasons.${reason}`)}
                        </Text>
                        {nearest && (
                          <Button
                            size="compact-xs"
                            variant="subtle"
                            onClick={() =>
                              change({
                                columnName: mapping.columnName,
                                columnObjectTypeId: typeId,
                                propertyName: nearest.propertyName,
                              })
                            }
                          >
                            {t('form.nearest', { property: nearest.propertyLabel })}
                          </Button>
                        )}
                      </Group>
                    )}
                  </Stack>
                </Table.Td>
                <Table.Td>
                  <Radio
                    name={`key of ${file.fileName}`}
                    aria-label={t('form.keyOf', { column: column.columnName })}
                    checked={isKey(mapping)}
                    disabled={!mayKey(n) && !isKey(mapping)}
                    onChange={() => onChange(keyedBy(file, n))}
                  />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
