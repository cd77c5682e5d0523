// What to do first in an account that has little yet: shown until it is done, or hidden.
import { Button, Group, List, Paper, Text, ThemeIcon, Title } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconCheck, IconCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session';
import { TextLink } from '../../ui/link';
import { backupsQuery, scheduleQuery } from '../backups/backups.queries';
import { importsQuery } from '../imports/imports.queries';

export function FirstSteps() {
  const { t } = useTranslation('home');
  const { secondFactor } = useMe();
  const imports = useQuery(importsQuery({ limit: 1 }));
  const backups = useQuery(backupsQuery({ limit: 1 }));
  const schedule = useQuery(scheduleQuery);
  const [isHidden, setHidden] = useLocalStorage({
    key: 'strata.first-steps-hidden',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  if (isHidden || !imports.data || !backups.data || !schedule.data) return null;
  const steps = [
    {
      name: 'factor',
      isDone: secondFactor.active,
      link: (
        <TextLink to="/profile" search={{ tab: 'second-factor' }}>
          {t('steps.factor')}
        </TextLink>
      ),
    },
    {
      name: 'import',
      isDone: imports.data.results.length > 0,
      link: <TextLink to="/imports/new">{t('steps.import')}</TextLink>,
    },
    {
      name: 'backup',
      isDone: backups.data.results.length > 0,
      link: <TextLink to="/backups">{t('steps.backup')}</TextLink>,
    },
    {
      name: 'schedule',
      isDone: schedule.data.enabled,
      link: <TextLink to="/backups">{t('steps.schedule')}</TextLink>,
    },
  ];
  if (steps.every(({ isDone }) => isDone)) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={t('steps.title')}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {t('steps.title')}
        </Title>
        <Button size="xs" variant="subtle" color="gray" onClick={() => setHidden(true)}>
          {t('steps.hide')}
        </Button>
      </Group>
      <List spacing={6} center size="sm">
        {steps.map(({ name, isDone, link }) => (
          <List.Item
            key={name}
            icon={
              <ThemeIcon size={20} radius="xl" variant="light" color={isDone ? 'green' : 'gray'}>
                {isDone ? <IconCheck size={14} aria-hidden /> : <IconCircle size={12} aria-hidden />}
              </ThemeIcon>
            }
          >
            {link}{' '}
            <Text span size="xs" c="dimmed">
              {t(isDone ? 'steps.done' : 'steps.todo')}
            </Text>
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}
