// Tiles that everybody sees: how far back one can go, what is unread, today's totals, and what is under way.
import { Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconBell, IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { unreadQuery } from '../../api/notifications';
import { useMe } from '../../api/session';
import { TextLink } from '../../ui/link';
import { PageLink } from '../../ui/page-link';
import { ProgressBar } from '../../ui/progress';
import { When } from '../../ui/shown';
import { useFormats } from '../../words/formats';
import { healthQuery } from '../integrity/integrity.queries';
import { runningQuery, todayQuery, type Job } from './home.queries';
import { Big, Small, Tile, Told } from './tile';

export function ReachTile() {
  const { t } = useTranslation('home');
  const { number } = useFormats();
  const health = useQuery(healthQuery);
  return (
    <Tile
      title={t('rpo.title')}
      icon={<IconHistory size={18} aria-hidden />}
      link={
        <TextLink aria-label={`${t('open')}: ${t('rpo.title')}`} to="/integrity">
          {t('open')}
        </TextLink>
      }
    >
      <Told query={health}>
        {({ projections, faults, stopped }) => {
          const lag = Math.max(0, ...(projections as { lag: string }[]).map((one) => Number(one.lag)));
          const isUnwell = stopped.length > 0 || (faults ?? []).length > 0;
          return (
            <>
              <Big>{lag === 0 ? t('rpo.now') : t('rpo.behind', { count: lag, shown: number(lag) })}</Big>
              {isUnwell ? <Big isBad>{t('rpo.unwell')}</Big> : <Small>{t('rpo.text')}</Small>}
            </>
          );
        }}
      </Told>
    </Tile>
  );
}

export function UnreadTile() {
  const { t } = useTranslation('home');
  const { number } = useFormats();
  const unread = useQuery(unreadQuery);
  return (
    <Tile
      title={t('unread.title')}
      icon={<IconBell size={18} aria-hidden />}
      link={
        <TextLink aria-label={`${t('open')}: ${t('unread.title')}`} to="/notifications">
          {t('open')}
        </TextLink>
      }
    >
      <Told query={unread}>
        {({ unread: count, results }) => (
          <>
            <Big>{count === 0 ? t('unread.none') : t('unread.count', { count, shown: number(count) })}</Big>
            {results[0] && (
              <Small>
                {results[0].text} <When at={results[0].at} />
              </Small>
            )}
          </>
        )}
      </Told>
    </Tile>
  );
}

const totals = ['logins', 'deletions', 'exports', 'reports'] as const;

export function Today() {
  const { t } = useTranslation('home');
  const { number, zone } = useFormats();
  const hasAnalysis = useMe().account.features.includes('audit.analysis');
  const today = useQuery({ ...todayQuery(zone), enabled: hasAnalysis });
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('today.title')}
      </Title>
      {hasAnalysis ? (
        <Told query={today}>
          {({ totals: found }) => (
            <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
              {totals.map((name) => {
                const total = found[name];
                return (
                  total && (
                    <Paper key={name} withBorder p="sm">
                      <PageLink path={total.link} size="sm">
                        {t(`today.${name}`)}
                      </PageLink>
                      <Text size="xl" fw={600}>
                        {number(total.count)}
                      </Text>
                      <PageLink path={total.weekBefore.link} size="xs" c="dimmed">
                        {t('today.before', { count: total.weekBefore.count })}
                      </PageLink>
                    </Paper>
                  )
                );
              })}
            </SimpleGrid>
          )}
        </Told>
      ) : (
        <Small>{t('today.tier')}</Small>
      )}
    </Stack>
  );
}

const pathOf: Readonly<Record<Job['kind'], string>> = {
  backups: '/backups/v1/backups/',
  restores: '/restores/v1/restores/',
  loads: '/backups/v1/loads/',
  imports: '/crm/v3/imports/',
  exports: '/crm/v3/exports/export/',
  auditExports: '/audit/v1/exports/',
};

export function UnderWay() {
  const { t } = useTranslation('home');
  const running = useQuery(runningQuery(useMe()));
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('jobs.title')}
        </Title>
        <Text size="sm" component="div">
          <TextLink to="/jobs">{t('jobs.all')}</TextLink>
        </Text>
      </Group>
      <Told query={running}>
        {(jobs) =>
          jobs.length === 0 ? (
            <Small>{t('jobs.none')}</Small>
          ) : (
            <Stack gap="xs">
              {jobs.map(({ kind, id, name, progress }) => {
                const label =
                  name === undefined ? t(`jobs.kind.${kind}`) : `${t(`jobs.kind.${kind}`)}: ${name}`;
                return (
                  <Paper key={`${kind} ${id}`} withBorder p="sm">
                    <PageLink path={`${pathOf[kind]}${id}`}>{label}</PageLink>
                    <ProgressBar progress={progress} label={label} />
                  </Paper>
                );
              })}
            </Stack>
          )
        }
      </Told>
    </Stack>
  );
}
