// What the pages before signing in stand in: the product's name, one card, and a choice of language and colours.
import { Box, Group, NativeSelect, Paper, Stack, Text, Title, useMantineColorScheme } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, languages, type Language } from '../../words/words';

interface Props {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}

export function Frame({ title, lead, children }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · Strata`;
  }, [title]);
  return (
    <Box mih="100dvh" px="md" py="xl" style={{ display: 'grid', gridTemplateRows: '1fr auto', gap: 24 }}>
      <Box component="main" maw={440} w="100%" mx="auto" style={{ alignSelf: 'center' }}>
        <Stack gap="lg">
          <Group gap={10} justify="center">
            <img src="/strata.svg" width={32} height={32} alt="" />
            <Text fw={700} size="xl">
              {t('product')}
            </Text>
          </Group>
          <Paper withBorder p={{ base: 'md', xs: 'xl' }} radius="md">
            <Stack gap="md">
              <Stack gap={4}>
                <Title order={1} size="h3">
                  {title}
                </Title>
                {lead !== undefined && (
                  <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
                    {lead}
                  </Text>
                )}
              </Stack>
              {children}
            </Stack>
          </Paper>
        </Stack>
      </Box>
      <Choices />
    </Box>
  );
}

function Choices() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Group justify="center" gap="sm" component="footer">
      <NativeSelect
        size="xs"
        aria-label={t('language')}
        value={i18n.language}
        data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
        onChange={({ currentTarget }) => void chooseLanguage(currentTarget.value as Language)}
      />
      <NativeSelect
        size="xs"
        aria-label={t('colors.label')}
        value={colorScheme}
        data={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: t(`colors.${value}`) }))}
        onChange={({ currentTarget }) => setColorScheme(currentTarget.value as 'auto')}
      />
    </Group>
  );
}
