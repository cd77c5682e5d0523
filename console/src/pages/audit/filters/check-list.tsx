// Several of a list: searched by typing, ticked, and applied together.
import { Button, Checkbox, Group, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

interface Props {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly onApply: (chosen: readonly string[]) => void;
  /** Told what is typed, where more choices are found by it. */
  readonly onSearch?: (text: string) => void;
  /** Whether what is typed may be chosen though it is not in the list. */
  readonly isOpenEnded?: boolean;
  readonly isHidden?: boolean;
}

export function CheckList({ label, choices, chosen, onApply, onSearch, isOpenEnded = false }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const [draft, setDraft] = useState(() => new Set(chosen));
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const known = new Set(choices.map(({ id }) => id));
  const strangers = [...draft].filter((id) => !known.has(id)).map((id): Choice => ({ id, label: id }));
  const typed: readonly Choice[] =
    isOpenEnded && wanted !== '' && !known.has(search.trim())
      ? [{ id: search.trim(), label: search.trim() }]
      : [];
  const found = [...strangers, ...choices, ...typed].filter(
    ({ id, label: name, hint }) =>
      wanted === '' || `${name} ${id} ${hint ?? ''}`.toLowerCase().includes(wanted),
  );
  const toggle = (id: string) => {
    const next = new Set(draft);
    if (!next.delete(id)) next.add(id);
    setDraft(next);
  };
  const apply = (event: FormEvent) => {
    event.preventDefault();
    // Enter with nothing ticked takes the one that is meant.
    const only = wanted !== '' && draft.size === 0 ? found[0] : undefined;
    onApply(only ? [only.id] : [...draft]);
  };
  return (
    <form onSubmit={apply}>
      <Stack gap="xs">
        <TextInput
          size="xs"
          aria-label={t('filters.search', { label })}
          placeholder={t('common:fields.search')}
          value={search}
          data-autofocus
          onChange={({ currentTarget }) => {
            setSearch(currentTarget.value);
            onSearch?.(currentTarget.value);
          }}
        />
        <ScrollArea.Autosize mah={280} type="auto" viewportProps={{ tabIndex: -1 }}>
          <Stack gap={6} role="group" aria-label={label}>
            {found.slice(0, 100).map(({ id, label: name, hint }) => (
              <Checkbox
                key={id}
                size="xs"
                label={name}
                description={hint}
                checked={draft.has(id)}
                onChange={() => toggle(id)}
              />
            ))}
            {found.length === 0 && (
              <Text size="sm" c="dimmed">
                {t('filters.none')}
              </Text>
            )}
          </Stack>
        </ScrollArea.Autosize>
        <Group justify="space-between">
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setDraft(new Set())}>
            {t('common:actions.clear')}
          </Button>
          <Button size="compact-sm" type="submit">
            {t('filters.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
