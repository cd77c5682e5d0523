// What became of the rows of an import, in numbers.
import { Paper, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../words/formats';

const shown = [
  ...(['TOTAL_ROWS', 'CREATED_OBJECTS', 'UPDATED_OBJECTS', 'UNCHANGED_OBJECTS', 'ERRORS'] as const),
  ...(['CREATED_ASSOCIATIONS', 'ASSOCIATION_ERRORS', 'EMPTY_ASSOCIATIONS'] as const),
];

export function Counters({ counters }: { readonly counters: Readonly<Record<string, number>> }) {
  const { t } = useTranslation('imports');
  const { number } = useFormats();
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, md: 5 }} spacing="sm" component="dl" m={0}>
      {shown.map(
        (name) =>
          counters[name] !== undefined && (
            <Paper key={name} withBorder p="sm">
              <Text component="dt" size="sm" c="dimmed">
                {t(`counters.${name}`)}
              </Text>
              <Text
                component="dd"
                m={0}
                size="xl"
                fw={600}
                {...(name === 'ERRORS' &&
                  counters[name] > 0 && {
                    c: 'light-dark(var(--mantine-color-red-8), var(--mantine-color-red-4))',
                  })}
              >
                {number(counters[name])}
              </Text>
            </Paper>
          ),
      )}
    </SimpleGrid>
  );
}
