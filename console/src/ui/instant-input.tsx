// A field for an instant: date and time on the clocks of the reader's zone, typed or chosen, with some that are asked for
// often. A position of the log, which is an instant too, is shown as such.
import { ActionIcon, Group, Menu, TextInput, Tooltip } from '@mantine/core';
import { IconClockDown, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../words/formats';
import { dayOf, instantOf, localOf } from '../words/zoned';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const presets = {
  tenMinutes: (now: number) => now - 10 * MINUTE,
  hour: (now: number) => now - HOUR,
  today: (now: number, zone: string) => Date.parse(instantOf(dayOf(now, zone), zone)!),
  day: (now: number) => now - 24 * HOUR,
  week: (now: number) => now - 7 * 24 * HOUR,
  month: (now: number) => now - 30 * 24 * HOUR,
};

export const isPosition = (instant: string): boolean => /^\d+$/.test(instant);

interface Props {
  readonly label: string;
  /** ISO 8601, or a position of the log. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  readonly description?: string;
  /** What it means when it is left empty. */
  readonly empty?: string;
  readonly isRequired?: boolean;
  readonly hasPresets?: boolean;
  /** Instants to come may be given. */
  readonly mayBeToCome?: boolean;
  readonly error?: string | undefined;
  readonly size?: string;
}

export function InstantInput(props: Props) {
  // What is being typed is let go of when another instant comes from outside.
  return <Field key={props.value ?? ''} {...props} />;
}

function Field({
  label,
  value,
  onChange,
  description,
  empty,
  isRequired,
  error,
  size = 'sm',
  ...rest
}: Props) {
  const { hasPresets = true, mayBeToCome = false } = rest;
  const { t } = useTranslation();
  const { zone, zoneName } = useFormats();
  const at = value !== undefined && isPosition(value) ? undefined : value;
  const known = at === undefined || Number.isNaN(Date.parse(at)) ? '' : localOf(at, zone);
  const [draft, setDraft] = useState(known);
  const typed = draft === '' ? undefined : instantOf(draft, zone);
  const [isToCome, setToCome] = useState(false);
  const settle = () => {
    if (draft === known) return;
    const refused = typed !== undefined && Date.parse(typed) > Date.now() && !mayBeToCome;
    setToCome(refused);
    if (!refused) onChange(typed);
  };
  const tools = (
    <Group gap={2} wrap="nowrap">
      {value !== undefined && !isRequired && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={`${t('actions.clear')}: ${label}`}
          onClick={() => onChange(undefined)}
        >
          <IconX size={14} aria-hidden />
        </ActionIcon>
      )}
      {hasPresets && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Tooltip label={t('instant.presets')} withArrow>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`${t('instant.presets')}: ${label}`}
              >
                <IconClockDown size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Menu.Target>
          <Menu.Dropdown>
            {(Object.keys(presets) as (keyof typeof presets)[]).map((name) => (
              <Menu.Item
                key={name}
                onClick={() => onChange(new Date(presets[name](Date.now(), zone)).toISOString())}
              >
                {t(`instant.${name}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
  const shared = {
    ...{ label, size, required: isRequired, description: description ?? empty },
    ...{ rightSection: tools, rightSectionWidth: hasPresets ? 58 : 32, miw: 250 },
  };
  if (value !== undefined && at === undefined)
    return (
      <TextInput {...shared} value={t('instant.position', { position: value })} readOnly error={error} />
    );
  return (
    <TextInput
      {...shared}
      type="datetime-local"
      step={1}
      value={draft}
      max="9999-12-31T23:59:59"
      title={`${zone} (${zoneName()})`}
      error={isToCome ? t('instant.toCome') : error}
      onChange={({ currentTarget }) => setDraft(currentTarget.value)}
      onBlur={settle}
      onKeyDown={({ key }) => key === 'Enter' && settle()}
    />
  );
}
