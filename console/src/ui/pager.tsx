// The way through a list that is paged by cursors. The cursor stands in the address; which page came before it is kept by
// this tab, so that "newer" leads back there, and from a link that was sent to the first page.
import { Button, Group, Select, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export const PAGE_SIZES = [25, 50, 100, 200] as const;
const SIZE = 'strata.page-size';

export const keptPageSize = (): number => {
  const kept = Number(localStorage.getItem(SIZE));
  return PAGE_SIZES.find((size) => size === kept) ?? 50;
};

/** By the cursor of a page, the cursor of the page before it; '' is the first page. */
const before = new Map<string, string>();

interface Props {
  /** Cursor of the page that is shown; left out for the first. */
  readonly after: string | undefined;
  /** Cursor of the next page, where there is one. */
  readonly next: string | undefined;
  readonly onPage: (after: string | undefined) => void;
  readonly size?: number;
  readonly onSize?: (size: number) => void;
  /** How many there are in all, or what else is to be said of the list. */
  readonly note?: string;
}

export function Pager({ after, next, onPage, size, onSize, note }: Props) {
  const { t } = useTranslation();
  const older = () => {
    before.set(next!, after ?? '');
    onPage(next);
  };
  return (
    <Group justify="space-between" component="nav" aria-label={t('table.perPage')}>
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconChevronLeft size={14} aria-hidden />}
          disabled={after === undefined}
          onClick={() => onPage(before.get(after!) || undefined)}
        >
          {t('actions.newer')}
        </Button>
        <Button
          variant="default"
          size="xs"
          rightSection={<IconChevronRight size={14} aria-hidden />}
          disabled={next === undefined}
          onClick={older}
        >
          {t('actions.older')}
        </Button>
      </Group>
      <Group gap="sm">
        {note !== undefined && (
          <Text size="sm" c="dimmed" aria-live="polite">
            {note}
          </Text>
        )}
        {onSize && (
          <Select
            size="xs"
            w={80}
            aria-label={t('table.perPage')}
            data={PAGE_SIZES.map(String)}
            value={String(size)}
            allowDeselect={false}
            onChange={(chosen) => {
              localStorage.setItem(SIZE, chosen!);
              onSize(Number(chosen));
            }}
          />
        )}
      </Group>
    </Group>
  );
}
