// One notification: what has happened, when, and where that is shown.
import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconArrowRight, IconMailOff } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { pageOf } from '../../api/page-of';
import { When } from '../../ui/shown';
import { useKindName } from './kind-name';
import type { Notification } from './notifications.queries';

interface Props {
  readonly notification: Notification;
  readonly isBusy: boolean;
  readonly onRead: () => void;
  readonly onFollow: () => void;
}

export function NotificationRow({ notification, isBusy, onRead, onFollow }: Props) {
  const { t } = useTranslation('notifications');
  const { kind, title, text, warning, at, read, link, mail } = notification;
  const page = pageOf(link);
  const name = useKindName()(kind, title);
  return (
    <Paper
      component="li"
      withBorder
      p="sm"
      style={read ? undefined : { borderInlineStart: '4px solid var(--mantine-primary-color-filled)' }}
    >
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} style={{ flex: '1 1 20rem', minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={read ? 500 : 700} component="h2" size="md" m={0}>
              {name}
            </Text>
            {!read && (
              <Badge size="sm" autoContrast>
                {t('unread')}
              </Badge>
            )}
          </Group>
          <Text size="sm" dir="auto" lang="en" style={{ overflowWrap: 'anywhere' }}>
            {text}
          </Text>
          {warning !== undefined && <Note icon={<IconAlertTriangle size={16} aria-hidden />}>{warning}</Note>}
          {mail?.status === 'FAILED' && (
            <Note icon={<IconMailOff size={16} aria-hidden />}>
              {mail.reason ? t('mailFailed', { reason: mail.reason }) : t('mailFailedUnknown')}
            </Note>
          )}
          <Text size="sm" c="dimmed" component="div">
            <When at={at} />
          </Text>
        </Stack>
        <Group gap="xs">
          {!read && (
            <Button
              size="xs"
              variant="subtle"
              loading={isBusy}
              onClick={onRead}
              aria-label={`${t('markRead')}: ${name}`}
            >
              {t('markRead')}
            </Button>
          )}
          {page && (
            <Button
              size="xs"
              variant="default"
              rightSection={<IconArrowRight size={14} aria-hidden />}
              aria-label={`${t('open')}: ${name}`}
              onClick={onFollow}
              renderRoot={(props) => <Link {...props} {...(page as LinkProps)} />}
            >
              {t('open')}
            </Button>
          )}
        </Group>
      </Group>
    </Paper>
  );
}

const Note = ({ icon, children }: { readonly icon: React.ReactNode; readonly children: React.ReactNode }) => (
  <Group gap={6} wrap="nowrap" align="flex-start">
    {icon}
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      {children}
    </Text>
  </Group>
);
