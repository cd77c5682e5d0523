// What is chosen in a list, and the way into the recycle bin for it: some rows, or all that match.
import { Anchor, Button, Group, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../words/formats';
import { ArchiveMany } from './archive-many';
import type { Wanted } from './records.queries';

export interface Chosen {
  readonly ids: ReadonlySet<string>;
  /** All that match, however many pages they fill; then `ids` says nothing. */
  readonly isAll: boolean;
}

interface Props {
  readonly wanted: Wanted;
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
  readonly onPage: readonly string[];
  readonly total: number;
  readonly label: string;
}

export function ArchiveBar({ wanted, chosen, onChange, onPage, total, label }: Props) {
  const { t } = useTranslation(['records', 'common']);
  const { number } = useFormats();
  const [isOpen, setOpen] = useState(false);
  const { ids, isAll } = chosen;
  const count = isAll ? total : ids.size;
  const isWholePage = onPage.length > 0 && onPage.every((id) => ids.has(id));
  const none: Chosen = { ids: new Set(), isAll: false };
  return (
    <>
      {count > 0 && (
        <Group gap="sm" role="status">
          <Text size="sm" fw={600}>
            {isAll
              ? t('common:select.allChosen', { total: number(total) })
              : t('common:select.chosen', { count: ids.size })}
          </Text>
          {!isAll && isWholePage && total > ids.size && (
            <Anchor component="button" size="sm" onClick={() => onChange({ ids: new Set(), isAll: true })}>
              {t('common:select.all', { total: number(total) })}
            </Anchor>
          )}
          <Anchor component="button" size="sm" onClick={() => onChange(none)}>
            {t('common:select.none')}
          </Anchor>
          <Button
            size="xs"
            color="red"
            variant="light"
            leftSection={<IconTrash size={15} aria-hidden />}
            onClick={() => setOpen(true)}
          >
            {t('archive.button', { count, total: number(count) })}
          </Button>
        </Group>
      )}
      {isOpen && (
        <ArchiveMany
          wanted={wanted}
          ids={isAll ? undefined : [...ids]}
          label={label}
          onClose={(isDone) => {
            setOpen(false);
            if (isDone) onChange(none);
          }}
        />
      )}
    </>
  );
}
