// What a row changed, property by property: what it was and what it became. What may not be seen is marked.
import { Table, Text } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Value } from '../../../ui/shown';
import type { Entry } from '../audit.queries';

const MASKED = '********';
type Changes = NonNullable<Entry['changes']>;

export function ChangesTable({ changes }: { readonly changes: Changes }) {
  const { t } = useTranslation('audit');
  return (
    <Table.ScrollContainer type="native" minWidth={320} tabIndex={0} aria-label={t('entry.changes')}>
      <Table verticalSpacing={4} fz="sm" aria-label={t('entry.changes')} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="30%">{t('entry.property')}</Table.Th>
            <Table.Th>{t('entry.before')}</Table.Th>
            <Table.Th>{t('entry.after')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {Object.entries(changes).map(([property, { from, to }]) => (
            <Table.Tr key={property}>
              <Table.Th scope="row" fw={500} style={{ overflowWrap: 'anywhere' }}>
                {property}
              </Table.Th>
              <Table.Td>
                <Shown value={from} />
              </Table.Td>
              <Table.Td>
                <Shown value={to} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Shown({ value }: { readonly value: unknown }) {
  const { t } = useTranslation('audit');
  if (value === MASKED)
    return (
      <Text span size="sm" c="dimmed">
        <IconEyeOff size={13} aria-hidden /> {t('entry.masked')}
      </Text>
    );
  return <Value value={textOf(value)} />;
}

/** Values of settings may be lists and objects. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}
