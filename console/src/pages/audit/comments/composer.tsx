// Where a comment is written. After `@` the people who may read the audit log are offered.
import { Box, Button, Group, Popover, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf, peopleQuery } from '../../../api/people';
import { Failure } from '../../../ui/states';

const MENTION = /(^|[\s(])@([^\s@]*)$/;
const MOST = 8;

interface Props {
  readonly label: string;
  readonly submit: string;
  readonly first?: string;
  /** Throws what is refused, and the text stays. */
  readonly onSubmit: (text: string) => Promise<void>;
  readonly onCancel?: () => void;
  readonly isFocused?: boolean;
}

export function Composer({ label, submit, first = '', onSubmit, onCancel, isFocused = false }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const [text, setText] = useState(first);
  const [at, setAt] = useState(first.length);
  const [isShut, setShut] = useState(false);
  const [chosen, setChosen] = useState(0);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const { data: people = [] } = useQuery(peopleQuery);
  const begun = isShut ? undefined : MENTION.exec(text.slice(0, at))?.[2]?.toLowerCase();
  const offered =
    begun === undefined
      ? []
      : people
          .filter(({ superAdmin, status }) => superAdmin && status === 'active')
          .filter((person) => `${nameOf(person)} ${person.email}`.toLowerCase().includes(begun))
          .slice(0, MOST);
  const take = (index: number) => {
    const person = offered[index];
    if (!person || begun === undefined) return;
    const start = at - begun.length;
    const rest = text.slice(at).replace(/^[^\s]*/, '');
    const next = `${text.slice(0, start)}${person.email}${rest.startsWith(' ') ? '' : ' '}${rest}`;
    const cursor = start + person.email.length + 1;
    setText(next);
    setAt(cursor);
    setShut(true);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(cursor, cursor);
    });
  };
  const send = async (event?: FormEvent) => {
    event?.preventDefault();
    if (text.trim() === '' || isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit(text.trim());
      setText('');
      setAt(0);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return void send();
    }
    if (offered.length > 0) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        setChosen((last) => (last + (event.key === 'ArrowDown' ? 1 : offered.length - 1)) % offered.length);
        return;
      }
      if (event.key === 'Enter' || event.key === 'Tab') {
        event.preventDefault();
        return take(Math.min(chosen, offered.length - 1));
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        return setShut(true);
      }
    }
    if (event.key === 'Escape' && onCancel) {
      event.stopPropagation();
      onCancel();
    }
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Popover
        opened={offered.length > 0}
        position="top-start"
        width="target"
        trapFocus={false}
        withRoles={false}
        shadow="md"
        withinPortal
      >
        <Popover.Target>
          <Textarea
            ref={field}
            aria-label={label}
            placeholder={t('comments.placeholder')}
            autosize
            minRows={2}
            maxRows={10}
            maxLength={10_000}
            value={text}
            autoFocus={isFocused}
            aria-controls={list}
            aria-activedescendant={offered.length > 0 ? `${list}-${chosen}` : undefined}
            onChange={({ currentTarget }) => {
              setText(currentTarget.value);
              setAt(currentTarget.selectionStart);
              setShut(false);
              setChosen(0);
            }}
            onSelect={({ currentTarget }) => setAt(currentTarget.selectionStart)}
            onBlur={() => setShut(true)}
            onKeyDown={onKeyDown}
          />
        </Popover.Target>
        <Popover.Dropdown p={4} id={list} role="listbox" aria-label={t('comments.people')}>
          {offered.map((person, index) => (
            <Box
              key={person.id}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === chosen}
              px="xs"
              py={4}
              bg={index === chosen ? 'var(--mantine-primary-color-light)' : undefined}
              style={{ cursor: 'pointer', borderRadius: 4 }}
              onMouseDown={(event) => {
                event.preventDefault();
                take(index);
              }}
            >
              <Text size="sm">{nameOf(person)}</Text>
              {nameOf(person) !== person.email && (
                <Text size="xs" c="dimmed">
                  {person.email}
                </Text>
              )}
            </Box>
          ))}
        </Popover.Dropdown>
      </Popover>
      {error !== undefined && (
        <Box mt="xs">
          <Failure error={error} onDismiss={() => setError(undefined)} />
        </Box>
      )}
      <Group justify="space-between" mt={6}>
        <Text size="xs" c="dimmed">
          {t('comments.help')}
        </Text>
        <Group gap="xs">
          {onCancel && (
            <Button size="compact-sm" variant="default" onClick={onCancel}>
              {t('common:actions.cancel')}
            </Button>
          )}
          <Button size="compact-sm" type="submit" loading={isBusy} disabled={text.trim() === ''}>
            {submit}
          </Button>
        </Group>
      </Group>
    </form>
  );
}
