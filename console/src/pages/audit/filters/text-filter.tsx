// A filter that is typed: a target, a property, a value, an address.
import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjectTypes } from '../../../api/object-types';
import { useAuditWords } from '../../../ui/audit-words';

export function TextFilter({
  label,
  help,
  value,
  onApply,
}: {
  readonly label: string;
  readonly help?: string;
  readonly value: string | undefined;
  readonly onApply: (value: string | undefined) => void;
}) {
  const { t } = useTranslation('audit');
  const [text, setText] = useState(value ?? '');
  const apply = (event: FormEvent) => {
    event.preventDefault();
    onApply(text.trim() === '' ? undefined : text.trim());
  };
  return (
    <form onSubmit={apply}>
      <Stack gap="xs">
        <TextInput
          size="xs"
          label={label}
          description={help}
          value={text}
          data-autofocus
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button size="compact-sm" type="submit">
            {t('filters.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What else there is beside objects of the CRM. */
const OTHERS = [
  ...['users', 'teams', 'roles', 'api-keys', 'sessions', 'imports', 'exports', 'backups', 'restores'],
];

export function TargetFilter({
  type,
  id,
  onApply,
}: {
  readonly type: string | undefined;
  readonly id: string | undefined;
  readonly onApply: (change: { targetType: string | undefined; targetId: string | undefined }) => void;
}) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  const [chosen, setChosen] = useState<string | null>(type ?? null);
  const [text, setText] = useState(id ?? '');
  const known = [...useObjectTypes().map(({ name }) => name), ...OTHERS];
  const types = chosen === null || known.includes(chosen) ? known : [chosen, ...known];
  const apply = (event: FormEvent) => {
    event.preventDefault();
    onApply({ targetType: chosen ?? undefined, targetId: text.trim() === '' ? undefined : text.trim() });
  };
  return (
    <form onSubmit={apply}>
      <Stack gap="xs">
        <Select
          size="xs"
          label={t('filters.targetType')}
          data={types.map((value) => ({ value, label: words.type(value) }))}
          value={chosen}
          onChange={setChosen}
          clearable
          searchable
          data-autofocus
          comboboxProps={{ withinPortal: false }}
        />
        <TextInput
          size="xs"
          label={t('filters.targetId')}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button size="compact-sm" type="submit">
            {t('filters.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
