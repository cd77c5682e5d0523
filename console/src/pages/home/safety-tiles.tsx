// Tiles of what keeps the account safe: backups, drills, alerts; for super admins.
import { IconDatabaseExport, IconShieldCheck, IconUrgent } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { TextLink } from '../../ui/link';
import { When } from '../../ui/shown';
import { useFormats } from '../../words/formats';
import { backupsQuery, scheduleQuery } from '../backups/backups.queries';
import { drillsQuery } from '../integrity/integrity.queries';
import { openIncidentsQuery } from './home.queries';
import { Big, Small, Tile, Told } from './tile';

const LOOKED_AT = 10;

export function BackupTile() {
  const { t } = useTranslation('home');
  const { shortTime } = useFormats();
  const backups = useQuery(backupsQuery({ limit: LOOKED_AT }));
  const schedule = useQuery(scheduleQuery);
  return (
    <Tile
      title={t('backup.title')}
      icon={<IconDatabaseExport size={18} aria-hidden />}
      link={
        <TextLink aria-label={`${t('open')}: ${t('backup.title')}`} to="/backups">
          {t('open')}
        </TextLink>
      }
    >
      <Told query={backups}>
        {({ results }) => {
          const last = results.find(({ status }) => status === 'COMPLETED');
          return (
            <>
              <Big>{last ? <When at={last.asOf} /> : t('backup.none')}</Big>
              {results[0]?.status === 'FAILED' && <Big isBad>{t('backup.failed')}</Big>}
              {results.some(({ status }) => status === 'RUNNING' || status === 'QUEUED') && (
                <Small>{t('backup.running')}</Small>
              )}
            </>
          );
        }}
      </Told>
      {schedule.data && (
        <Small>
          {schedule.data.nextRunAt
            ? t('backup.next', { when: shortTime(schedule.data.nextRunAt) })
            : t('backup.noSchedule')}
        </Small>
      )}
    </Tile>
  );
}

export function DrillTile() {
  const { t } = useTranslation('home');
  const { duration } = useFormats();
  const drills = useQuery(drillsQuery({ limit: 1 }));
  return (
    <Tile
      title={t('drill.title')}
      icon={<IconShieldCheck size={18} aria-hidden />}
      link={
        <TextLink aria-label={`${t('open')}: ${t('drill.title')}`} to="/integrity" search={{ tab: 'drills' }}>
          {t('open')}
        </TextLink>
      }
    >
      <Told query={drills}>
        {({ results: [last] }) =>
          last === undefined ? (
            <>
              <Big>{t('drill.none')}</Big>
              <Small>{t('drill.noneText')}</Small>
            </>
          ) : (
            <>
              <Big isBad={last.ok === false}>
                {last.ok === null ? t('drill.running') : t(last.ok ? 'drill.ok' : 'drill.failed')}
              </Big>
              <Small>
                <When at={last.at} />
              </Small>
              {last.rtoSeconds != null && (
                <Small>{t('drill.rto', { time: duration(last.rtoSeconds) })}</Small>
              )}
            </>
          )
        }
      </Told>
    </Tile>
  );
}

export function AlertTile() {
  const { t } = useTranslation('home');
  const { number } = useFormats();
  const open = useQuery(openIncidentsQuery);
  return (
    <Tile
      title={t('alerts.title')}
      icon={<IconUrgent size={18} aria-hidden />}
      link={
        <TextLink aria-label={`${t('open')}: ${t('alerts.title')}`} to="/alerts">
          {t('open')}
        </TextLink>
      }
    >
      <Told query={open}>
        {(incidents) => (
          <>
            <Big isBad={incidents.length > 0}>
              {incidents.length === 0
                ? t('alerts.none')
                : t('alerts.count', { count: incidents.length, shown: number(incidents.length) })}
            </Big>
            {incidents[0] && (
              <Small>
                <When at={incidents[0].openedAt} />
              </Small>
            )}
          </>
        )}
      </Told>
    </Tile>
  );
}
