// How the dates of a file are read, shown by its own first values.
import { Button, Code, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../words/formats';
import { fitting, readDay } from './dates';
import { dateFormats, type DateFormat } from './import-request';

interface Props {
  readonly values: readonly string[];
  readonly format: DateFormat | undefined;
  readonly onChange: (format: DateFormat | undefined) => void;
}

const AUTO = '-';
const SHOWN = 5;

export function DateReading({ values, format, onChange }: Props) {
  const { t } = useTranslation('imports');
  const { locale } = useFormats();
  // A day is one in every zone.
  const long = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  const fits = fitting(values);
  const only = fits.length === 1 && values.length > 0 ? fits[0] : undefined;
  const isUnclear =
    format === undefined &&
    only === undefined &&
    values.some((value) => readDay(value, 'MONTH_DAY_YEAR') !== readDay(value, 'DAY_MONTH_YEAR'));
  return (
    <Stack gap="xs">
      <Select
        label={t('form.dates.label')}
        maw={360}
        allowDeselect={false}
        data={[
          { value: AUTO, label: t('form.dates.auto') },
          ...dateFormats.map((one) => ({ value: one, label: t(`form.dates.${one}`) })),
        ]}
        value={format ?? AUTO}
        onChange={(chosen) => onChange(chosen === AUTO ? undefined : (chosen as DateFormat))}
      />
      {only !== undefined && only !== format && (
        <Group gap="xs">
          <Text size="sm">{t('form.dates.suggested', { format: t(`form.dates.${only}`) })}</Text>
          <Button size="compact-sm" variant="default" onClick={() => onChange(only)}>
            {t('form.dates.use')}
          </Button>
        </Group>
      )}
      {isUnclear && (
        <Text size="sm" fw={600} role="status">
          {t('form.dates.unclear')}
        </Text>
      )}
      {values.length > 0 && (
        <Table maw={480} verticalSpacing={4} aria-label={t('form.dates.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th fz="sm">{t('form.dates.value')}</Table.Th>
              <Table.Th fz="sm">{t('form.dates.read')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {values.slice(0, SHOWN).map((value) => {
              const day = readDay(value, format);
              return (
                <Table.Tr key={value}>
                  <Table.Td>
                    <Code>{value}</Code>
                  </Table.Td>
                  <Table.Td fz="sm">
                    {day === undefined ? (
                      <Text
                        span
                        size="sm"
                        c="light-dark(var(--mantine-color-red-8), var(--mantine-color-red-4))"
                      >
                        {t('form.dates.unreadable')}
                      </Text>
                    ) : (
                      long.format(new Date(`${day}T00:00:00Z`))
                    )}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}
