// The two values of each field in which a row differs; those that Strata keeps itself come last and folded.
import { Box, Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isWritable, propertiesQuery, usePropertyLabel } from '../../api/properties';
import { useValueText } from '../../ui/property-value';
import { Change } from '../../ui/shown';
import type { Row } from './compare.queries';

const SHOWN = 6;

export function RowChanges({ row }: { readonly row: Row }) {
  const { t } = useTranslation('compare');
  const [isWhole, setWhole] = useState(false);
  const isRecord = row.what === 'record';
  const { data: properties = [] } = useQuery({ ...propertiesQuery(row.objectType), enabled: isRecord });
  const labelOf = usePropertyLabel(isRecord ? row.objectType : '');
  const valueText = useValueText(row.objectType);
  const kept = new Set(properties.filter((one) => !isWritable(one)).map(({ name }) => name));
  const names = Object.keys(row.changes);
  const meant = names.filter((name) => !kept.has(name));
  const all = [...meant, ...names.filter((name) => kept.has(name))];
  const shown = isWhole ? all : meant.slice(0, SHOWN);
  const text = (name: string, value: unknown): string | null => {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'string') return JSON.stringify(value);
    return isRecord ? valueText(name, value) : value;
  };
  return (
    <Box>
      {shown.map((name) => (
        <Box key={name} fz="sm">
          <Text span size="xs" c="dimmed" title={name}>
            {labelOf(name)}:{' '}
          </Text>
          <Change from={text(name, row.changes[name]?.from)} to={text(name, row.changes[name]?.to)} />
        </Box>
      ))}
      {names.length > 0 && meant.length === 0 && <Text size="sm">{t('rows.onlyKept')}</Text>}
      {(all.length > shown.length || isWhole) && all.length > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('rows.fewer') : t('rows.more', { count: all.length - shown.length })}
        </Button>
      )}
    </Box>
  );
}
