// What became of records that were to come back: how many did, and of each that could not, why and what stands in its way.
import { Anchor, List, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useFormats } from '../../words/formats';

type Result = Schemas['BinResult'];

export interface Counts {
  readonly restored: number;
  readonly live: number;
  readonly refused: number;
}

export const countsOf = (results: readonly Result[]): Counts => ({
  restored: results.filter(({ outcome }) => outcome === 'restored').length,
  live: results.filter(({ outcome }) => outcome === 'live').length,
  refused: results.filter(({ outcome }) => outcome === 'refused').length,
});

/** The record that a refusal names: the one that holds the value, or into which it was merged. */
const named = (reason: Result['reason']): string | undefined =>
  Object.entries(reason?.context ?? {}).find(([key]) => /id$/i.test(key))?.[1]?.[0];

export function Outcomes({
  objectType,
  counts,
  results,
}: {
  readonly objectType: string;
  readonly counts: Counts;
  readonly results: readonly Result[];
}) {
  const { t } = useTranslation('bin');
  const { number } = useFormats();
  const refused = results.filter(({ outcome }) => outcome === 'refused');
  return (
    <Stack gap="sm">
      <List size="sm">
        {(['restored', 'live', 'refused'] as const)
          .filter((name) => name === 'restored' || counts[name] > 0)
          .map((name) => (
            <List.Item key={name}>
              {t(`outcomes.${name}`, { count: counts[name], total: number(counts[name]) })}
            </List.Item>
          ))}
      </List>
      {refused.length > 0 && (
        <Table.ScrollContainer type="native" minWidth={420} tabIndex={0} aria-label={t('outcomes.title')}>
          <Table aria-label={t('outcomes.title')} verticalSpacing={4} fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('outcomes.record')}</Table.Th>
                <Table.Th>{t('outcomes.why')}</Table.Th>
                <Table.Th>{t('outcomes.inTheWay')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {refused.map(({ id, reason }) => {
                const holder = named(reason);
                return (
                  <Table.Tr key={id}>
                    <Table.Td>
                      <To {...{ objectType, id }} />
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm">
                        {t(`reasons.${(reason?.code ?? '') as 'value-taken'}`, {
                          defaultValue: reason?.message ?? '',
                          property: reason?.context?.propertyName?.[0] ?? '',
                        })}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      {holder !== undefined && holder !== id && <To objectType={objectType} id={holder} />}
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

function To({ objectType, id }: { readonly objectType: string; readonly id: string }) {
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => (
        <Link to="/records/$objectType/$recordId" params={{ objectType, recordId: id }} {...props} />
      )}
    >
      {id}
    </Anchor>
  );
}
