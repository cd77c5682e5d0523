// Sessions of somebody: on which device, from where, since when and until when, with what ends them.
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client';
import { DataTable, type Column } from './data-table';
import { Value, When } from './shown';
import { Empty } from './states';

export type Session = Schemas['SessionView'];

interface Props {
  readonly sessions: readonly Session[];
  /** The one that a link asked for. */
  readonly highlighted?: string | undefined;
  /** Where each can be ended by itself. */
  readonly onEnd?: ((session: Session) => void) | undefined;
}

export function SessionList({ sessions, highlighted, onEnd }: Props) {
  const { t } = useTranslation();
  const columns: readonly Column<Session>[] = [
    {
      id: 'device',
      label: t('sessions.device'),
      isFixed: true,
      cell: (session) => <Device session={session} isHighlighted={session.id === highlighted} />,
    },
    { id: 'where', label: t('sessions.where'), cell: (session) => <Where session={session} /> },
    { id: 'lastUsed', label: t('sessions.lastUsed'), cell: ({ lastUsedAt }) => <When at={lastUsedAt} /> },
    { id: 'started', label: t('sessions.started'), cell: ({ startedAt }) => <When at={startedAt} /> },
    { id: 'expires', label: t('sessions.expires'), cell: ({ expiresAt }) => <When at={expiresAt} /> },
    {
      id: 'how',
      label: t('sessions.how'),
      cell: ({ loginType }) => t(`sessions.loginTypes.${loginType}`),
      isHidden: true,
    },
    {
      id: 'userAgent',
      label: t('sessions.userAgent'),
      cell: ({ userAgent }) => <Value value={userAgent} />,
      isHidden: true,
    },
  ];
  const acts: Column<Session> = {
    id: 'end',
    label: t('sessions.acts'),
    isFixed: true,
    cell: (session) =>
      !session.current && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onEnd?.(session)}
          aria-label={`${t('sessions.end')}: ${session.device?.name ?? session.id}`}
        >
          {t('sessions.end')}
        </Button>
      ),
  };
  return (
    <DataTable
      name="sessions"
      label={t('sessions.label')}
      columns={onEnd ? [...columns, acts] : columns}
      rows={sessions}
      idOf={({ id }) => id}
      empty={<Empty title={t('sessions.none')} />}
    />
  );
}

function Device({ session, isHighlighted }: { readonly session: Session; readonly isHighlighted: boolean }) {
  const { t } = useTranslation();
  const { device, current, employee } = session;
  return (
    <Stack gap={2} align="flex-start">
      <Group gap={6}>
        <Text span size="sm" fw={isHighlighted ? 700 : 500}>
          {device?.name ?? t('sessions.unknownDevice')}
        </Text>
        {current && (
          <Badge size="sm" color="teal" variant="light" autoContrast>
            {t('sessions.current')}
          </Badge>
        )}
        {isHighlighted && (
          <Badge size="sm" color="yellow" variant="light" autoContrast>
            {t('sessions.highlighted')}
          </Badge>
        )}
      </Group>
      {employee && (
        <Text size="xs" c="dimmed">
          {t('sessions.employee', { name: employee.name, email: employee.email })}: {employee.reason}
        </Text>
      )}
    </Stack>
  );
}

function Where({ session: { ip, country, region } }: { readonly session: Session }) {
  const { i18n } = useTranslation();
  const named = country !== null && new Intl.DisplayNames(i18n.language, { type: 'region' }).of(country);
  const place = [region, named].filter(Boolean).join(', ');
  return (
    <div>
      {place !== '' && <Text size="sm">{place}</Text>}
      <Text size={place === '' ? 'sm' : 'xs'} c={place === '' ? undefined : 'dimmed'}>
        <span style={{ whiteSpace: 'nowrap' }}>{ip ?? '—'}</span>
      </Text>
    </div>
  );
}
