// A filter as a chip: says what it lets through, opens what chooses it, and takes it away. What is chosen counts once it is
// closed, so that five ticks are one question.
import { Box, Button, CloseButton, Group, Popover, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly label: string;
  /** What it lets through, in words; left out where it is not set. */
  readonly told: string | undefined;
  readonly onClear: () => void;
  /** The chooser. `close` ends it. */
  readonly children: (close: () => void) => ReactNode;
  readonly isOpenFirst?: boolean;
  /** Told when it has been closed without anything chosen. */
  readonly onClosed?: () => void;
  readonly width?: number;
  readonly disabled?: boolean;
}

export function FilterChip({
  label,
  told,
  onClear,
  children,
  isOpenFirst = false,
  onClosed,
  width = 300,
  disabled = false,
}: Props) {
  const { t } = useTranslation('audit');
  const [isOpen, setOpen] = useState(isOpenFirst);
  const close = () => {
    setOpen(false);
    onClosed?.();
  };
  return (
    <Group gap={0} wrap="nowrap">
      <Popover
        opened={isOpen}
        onChange={(opened) => (opened ? setOpen(true) : close())}
        position="bottom-start"
        width={width}
        shadow="md"
        trapFocus
        returnFocus
        withinPortal
      >
        <Popover.Target>
          <Button
            size="xs"
            variant={told === undefined ? 'default' : 'light'}
            disabled={disabled}
            rightSection={<IconChevronDown size={14} aria-hidden />}
            maw={320}
            onClick={() => (isOpen ? close() : setOpen(true))}
          >
            <Text span inherit truncate>
              {told === undefined ? label : t('filters.told', { label, told })}
            </Text>
          </Button>
        </Popover.Target>
        <Popover.Dropdown p="sm" aria-label={label}>
          <Box>{isOpen && children(close)}</Box>
        </Popover.Dropdown>
      </Popover>
      {told !== undefined && (
        <CloseButton size="sm" aria-label={t('filters.remove', { label })} onClick={onClear} />
      )}
    </Group>
  );
}
