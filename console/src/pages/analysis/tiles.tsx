// A day in four numbers, each beside that of the same day a week before, and each leading to its rows.
import { Group, Paper, SimpleGrid, Text } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight, IconMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../words/formats';
import type { Totals } from './analysis.queries';
import { RowsLink } from './rows-link';

const NAMES = ['logins', 'deletions', 'exports', 'reports'] as const;

export function Tiles({ totals }: { readonly totals: Totals }) {
  const { t } = useTranslation('analysis');
  const { number } = useFormats();
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      {NAMES.flatMap((name) => {
        const total = totals[name];
        if (!total) return [];
        const { count, filter, weekBefore } = total;
        const difference = count - weekBefore.count;
        const Arrow = difference > 0 ? IconArrowUpRight : difference < 0 ? IconArrowDownRight : IconMinus;
        return (
          <Paper key={name} withBorder p="md">
            <Text size="sm" c="dimmed">
              {t(`tiles.${name}`)}
            </Text>
            <Text fz={30} fw={600} lh={1.2}>
              <RowsLink
                filter={filter}
                label={t('tiles.toRows', { name: t(`tiles.${name}`), count, shown: number(count) })}
              >
                {number(count)}
              </RowsLink>
            </Text>
            <Group gap={4} wrap="nowrap" align="start">
              <Arrow size={16} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
              <Text size="xs" c="dimmed">
                <RowsLink filter={weekBefore.filter}>
                  {t(difference > 0 ? 'tiles.more' : difference < 0 ? 'tiles.fewer' : 'tiles.same', {
                    before: number(weekBefore.count),
                    difference: number(Math.abs(difference)),
                  })}
                </RowsLink>
              </Text>
            </Group>
          </Paper>
        );
      })}
    </SimpleGrid>
  );
}
