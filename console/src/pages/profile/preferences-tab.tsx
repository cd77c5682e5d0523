// How the console looks to whoever uses it (kept by this browser), and what they are told of (kept by the server).
import { Paper, SegmentedControl, Select, Stack, Text, Title, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { browserZone, chooseZone, useFormats, useZone } from '../../words/formats';
import { chooseLanguage, languages, type Language } from '../../words/words';
import { NotificationPreferences } from './notification-preferences';

const BROWSER = 'browser';
const zones = Intl.supportedValuesOf('timeZone');

export function PreferencesTab() {
  const { t } = useTranslation('profile');
  return (
    <Stack gap="lg">
      <Paper withBorder p="lg">
        <Stack maw={440}>
          <Title order={2} size="h4">
            {t('looks.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('looks.lead')}
          </Text>
          <Looks />
        </Stack>
      </Paper>
      <Paper withBorder p="lg">
        <Stack>
          <Title order={2} size="h4">
            {t('told.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('told.lead')}
          </Text>
          <NotificationPreferences />
        </Stack>
      </Paper>
    </Stack>
  );
}

function Looks() {
  const { t, i18n } = useTranslation(['profile', 'common']);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const zone = useZone();
  const { time, zoneName } = useFormats();
  const isChosen = localStorage.getItem('strata.zone') !== null;
  return (
    <>
      <Select
        label={t('common:language')}
        data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
        value={i18n.language}
        allowDeselect={false}
        onChange={(language) => void chooseLanguage(language as Language)}
      />
      <Select
        label={t('looks.zone')}
        description={`${t('looks.now')} ${time(new Date())} (${zoneName()})`}
        data={[
          { value: BROWSER, label: t('looks.browserZone', { zone: browserZone() }) },
          ...zones.map((value) => ({ value, label: value.replaceAll('_', ' ') })),
        ]}
        value={isChosen ? zone : BROWSER}
        searchable
        allowDeselect={false}
        nothingFoundMessage={t('looks.noZone')}
        onChange={(name) => chooseZone(name === BROWSER ? undefined : name!)}
      />
      <div>
        <Text size="sm" fw={500} id="colors-label">
          {t('common:colors.label')}
        </Text>
        <SegmentedControl
          aria-labelledby="colors-label"
          data={(['auto', 'light', 'dark'] as const).map((value) => ({
            value,
            label: t(`common:colors.${value}`),
          }))}
          value={colorScheme}
          onChange={(scheme) => setColorScheme(scheme)}
        />
      </div>
    </>
  );
}
