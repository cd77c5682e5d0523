// The box for a query in words: what could be written next is offered as one writes, and what cannot be read is shown at its
// place with the nearest word. What is typed stays here until Enter, so that nothing else has to keep up.
import { Box, Button, Code, Group, Paper, Popover, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../api/errors';
import { completionQuery } from '../audit.queries';

const PAUSE_MS = 120;

interface Props {
  readonly value: string;
  readonly onAsk: (query: string) => void;
  readonly error: unknown;
}

export function QueryBox({ value, onAsk, error }: Props) {
  // Another query in the address takes the place of what is typed.
  return <Box_ key={value} value={value} onAsk={onAsk} error={error} />;
}

function Box_({ value, onAsk, error }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const [text, setText] = useState(value);
  const [at, setAt] = useState(value.length);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const [[asked, askedAt]] = useDebouncedValue([text, at] as const, PAUSE_MS);
  const { data } = useQuery({
    ...completionQuery(asked, askedAt),
    enabled: isOpen,
    placeholderData: keepPreviousData,
  });
  const isCurrent = asked === text && askedAt === at;
  const options = isOpen && data && isCurrent ? data.suggestions : [];
  const write = (next: string, cursor: number) => {
    setText(next);
    setAt(cursor);
    setChosen(-1);
    // After it has been drawn: the field would put the cursor at its end.
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(cursor, cursor);
    });
  };
  const take = (index: number) => {
    const option = options[index];
    if (!option || !data) return;
    const space = option.kind === 'field' || option.text.endsWith('/') ? '' : ' ';
    const rest = text.slice(data.to);
    const next = text.slice(0, data.from) + option.text + (rest.startsWith(' ') ? '' : space) + rest;
    write(next, data.from + option.text.length + space.length);
    setOpen(true);
  };
  const ask = (query = text) => {
    setOpen(false);
    onAsk(query.trim());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) return setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen((last) =>
        options.length === 0
          ? -1
          : (last + step + options.length + (last < 0 && step < 0 ? 1 : 0)) % options.length,
      );
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (chosen >= 0 && options[chosen]) take(chosen);
      else ask();
    } else if (event.key === 'Tab' && chosen >= 0 && options[chosen] && !event.shiftKey) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
      setChosen(-1);
    }
  };
  const follow = () => {
    const cursor = input.current?.selectionStart;
    if (cursor !== null && cursor !== undefined) setAt(cursor);
  };
  return (
    <Box>
      <Popover
        opened={options.length > 0}
        position="bottom-start"
        width="target"
        shadow="md"
        trapFocus={false}
        withinPortal
      >
        <Popover.Target>
          <TextInput
            ref={input}
            role="combobox"
            aria-label={t('query.label')}
            aria-expanded={options.length > 0}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={chosen >= 0 && options[chosen] ? `${list}-${chosen}` : undefined}
            aria-invalid={error !== undefined || undefined}
            placeholder={t('query.placeholder')}
            value={text}
            maxLength={2000}
            autoComplete="off"
            spellCheck={false}
            leftSection={<IconSearch size={16} aria-hidden />}
            rightSectionWidth="auto"
            rightSection={
              <Group gap={4} pr={4} wrap="nowrap">
                {text !== '' && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    onClick={() => (write('', 0), ask(''))}
                  >
                    {t('common:actions.clear')}
                  </Button>
                )}
                <Button
                  size="compact-xs"
                  variant={text.trim() === value ? 'default' : 'filled'}
                  onClick={() => ask()}
                >
                  {t('query.ask')}
                </Button>
              </Group>
            }
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', paddingRight: 150 } }}
            onChange={({ currentTarget }) => {
              setText(currentTarget.value);
              setAt(currentTarget.selectionStart ?? currentTarget.value.length);
              setChosen(-1);
              setOpen(true);
            }}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onClick={follow}
            onKeyUp={({ key }) => ['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(key) && follow()}
            onKeyDown={onKeyDown}
          />
        </Popover.Target>
        <Popover.Dropdown
          p={4}
          mah={320}
          style={{ overflowY: 'auto' }}
          id={list}
          role="listbox"
          aria-label={t('query.offers')}
        >
          {options.map(({ text: offered, told, kind }, index) => (
            <Box
              key={offered}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === chosen}
              px="xs"
              py={4}
              ref={(element: HTMLDivElement | null) => {
                if (index === chosen) element?.scrollIntoView({ block: 'nearest' });
              }}
              style={{ cursor: 'pointer', borderRadius: 4 }}
              bg={index === chosen ? 'var(--mantine-primary-color-light)' : undefined}
              // Not "click": the field would have lost the focus, and with it this list.
              onMouseDown={(event) => {
                event.preventDefault();
                take(index);
              }}
            >
              <Group gap="sm" wrap="nowrap">
                <Text span ff="monospace" size="sm" style={{ whiteSpace: 'nowrap' }}>
                  {offered}
                </Text>
                {told !== undefined && (
                  <Text span size="xs" c="dimmed" truncate>
                    {kind === 'field'
                      ? t(`query.fields.${offered.slice(0, -1)}` as 'query.label', { defaultValue: told })
                      : told}
                  </Text>
                )}
              </Group>
            </Box>
          ))}
        </Popover.Dropdown>
      </Popover>
      {error !== undefined && (
        <Wrong query={value} error={error} onMend={(mended) => (write(mended, mended.length), ask(mended))} />
      )}
    </Box>
  );
}

/** What a refusal says of a query: where it is wrong, and what may have been meant. */
export function faultOf(
  error: unknown,
): { message: string; at: number; length: number; meant?: string } | undefined {
  if (!(error instanceof ApiError) || error.status !== 400) return undefined;
  const faults: readonly Fault[] = error.body.errors ?? [];
  const fault = faults.find((one) => one.in === 'q');
  if (!fault) return undefined;
  const { at, length, meant } = fault.context ?? {};
  return {
    message: (fault.message ?? '').replace(/^q: /, '').replace(/, at character \d+.*$/, ''),
    at: Number(at?.[0] ?? 0),
    length: Math.max(1, Number(length?.[0] ?? 1)),
    ...(meant?.[0] !== undefined && { meant: meant[0] }),
  };
}

interface Fault {
  readonly message?: string;
  readonly in?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

function Wrong({
  query,
  error,
  onMend,
}: {
  readonly query: string;
  readonly error: unknown;
  readonly onMend: (query: string) => void;
}) {
  const { t } = useTranslation(['audit', 'common']);
  const fault = faultOf(error);
  if (!fault) return null;
  const { at, length, meant, message } = fault;
  const end = Math.min(query.length, at + length);
  return (
    <Paper withBorder p="xs" mt={4} role="alert" style={{ borderColor: 'var(--mantine-color-error)' }}>
      <Text size="sm" mb={4}>
        {t('query.wrong', { place: at + 1, message })}
      </Text>
      <Group gap="sm">
        <Code style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {query.slice(0, at)}
          <Box
            component="mark"
            style={{
              background: 'none',
              color: 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-3))',
              textDecoration: 'underline wavy',
              fontWeight: 700,
            }}
          >
            {query.slice(at, end) || '⎵'}
          </Box>
          {query.slice(end)}
        </Code>
        {meant !== undefined && (
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => onMend(query.slice(0, at) + meant + query.slice(end))}
          >
            {t('query.meant', { meant })}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
