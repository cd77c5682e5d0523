// The frame around all pages: where one can go, what has happened, and who one is.
import {
  ActionIcon,
  AppShell,
  Box,
  Burger,
  Group,
  Indicator,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  Title,
  Tooltip,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconAddressBook,
  IconBell,
  IconChartBar,
  IconDatabaseExport,
  IconFileExport,
  IconFileImport,
  IconGitCompare,
  IconHistory,
  IconHome,
  IconKey,
  IconListDetails,
  IconRestore,
  IconSettings,
  IconShieldCheck,
  IconTrash,
  IconUser,
  IconUsers,
  IconUrgent,
  IconProgress,
  type Icon,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState, type LinkProps } from '@tanstack/react-router';
import { Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, keepCsrfToken } from '../api/client';
import { useUnread } from '../api/notifications';
import { meQuery, useMe } from '../api/session';
import { Loading } from '../ui/states';
import { useFormats } from '../words/formats';
import { chooseLanguage, languages, type Language } from '../words/words';
import { Interruptions } from './interruptions';
import { Reachability } from './reachability';
import { SessionEnd } from './session-end';

type PageName = keyof (typeof import('../words/en/common.json'))['pages'];

interface Entry {
  readonly page: PageName;
  readonly to: LinkProps['to'];
  readonly icon: Icon;
}

const groups: readonly {
  readonly group?: 'data' | 'safety' | 'audit' | 'administration';
  readonly entries: readonly Entry[];
}[] = [
  {
    entries: [
      { page: 'home', to: '/', icon: IconHome },
      { page: 'jobs', to: '/jobs', icon: IconProgress },
    ],
  },
  {
    group: 'data',
    entries: [
      { page: 'records', to: '/records', icon: IconAddressBook },
      { page: 'bin', to: '/recycle-bin', icon: IconTrash },
      { page: 'imports', to: '/imports', icon: IconFileImport },
      { page: 'exports', to: '/exports', icon: IconFileExport },
    ],
  },
  {
    group: 'safety',
    entries: [
      { page: 'backups', to: '/backups', icon: IconDatabaseExport },
      { page: 'restores', to: '/restores', icon: IconRestore },
      { page: 'compare', to: '/compare', icon: IconGitCompare },
    ],
  },
  {
    group: 'audit',
    entries: [
      { page: 'audit', to: '/audit', icon: IconListDetails },
      { page: 'analysis', to: '/analysis', icon: IconChartBar },
      { page: 'alerts', to: '/alerts', icon: IconUrgent },
      { page: 'integrity', to: '/integrity', icon: IconShieldCheck },
    ],
  },
  {
    group: 'administration',
    entries: [
      { page: 'users', to: '/users', icon: IconUsers },
      { page: 'apiKeys', to: '/api-keys', icon: IconKey },
      { page: 'account', to: '/account', icon: IconSettings },
    ],
  },
];

export function Shell() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(close, [path, close]);
  const { zone, zoneName } = useFormats();
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a className="skip-link" href="#content">
        {t('actions.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t('actions.menu')}
            />
            <Link to="/" style={{ textDecoration: 'none', color: 'inherit' }}>
              <Group gap={8} wrap="nowrap">
                <img src="/strata.svg" width={26} height={26} alt="" />
                <Title order={2} size="h4" component="span">
                  {t('product')}
                </Title>
              </Group>
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Bell />
            <Person />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('actions.menu')}>
        <AppShell.Section grow component={ScrollArea}>
          {groups.map(({ group, entries }) => (
            <Box key={group ?? 'first'} mb="xs">
              {group && (
                <Text size="xs" c="dimmed" fw={600} px="sm" py={4}>
                  {t(`groups.${group}`)}
                </Text>
              )}
              {entries.map(({ page, to, icon: Symbol }) => {
                const isHere = to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
                return (
                  <NavLink
                    key={page}
                    label={t(`pages.${page}`)}
                    leftSection={<Symbol size={18} stroke={1.6} aria-hidden />}
                    active={isHere}
                    aria-current={isHere ? 'page' : undefined}
                    py={6}
                    renderRoot={(props) => <Link to={to} {...props} />}
                  />
                );
              })}
            </Box>
          ))}
        </AppShell.Section>
        <AppShell.Section>
          <Text size="xs" c="dimmed" px="sm" pt="xs">
            {t('time.zone', { zone: `${zone} (${zoneName()})` })}
          </Text>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: 'none' }}>
        <Reachability />
        <SessionEnd />
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <Interruptions />
    </AppShell>
  );
}

function Bell() {
  const { t } = useTranslation();
  const unread = useUnread();
  const label = `${t('pages.notifications')}: ${unread}`;
  return (
    <Tooltip label={t('pages.notifications')} withArrow>
      <Indicator
        label={unread > 99 ? '99+' : unread}
        size={16}
        disabled={unread === 0}
        offset={4}
        color="red.8"
      >
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={label}
          renderRoot={(props) => <Link to="/notifications" {...props} />}
        >
          <IconBell size={20} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Indicator>
    </Tooltip>
  );
}

function Person() {
  const { t, i18n } = useTranslation();
  const { user } = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    await api.POST('/auth/v1/logout');
    keepCsrfToken(undefined);
    queries.clear();
    queries.setQueryData(meQuery.queryKey, null);
    await navigate({ to: '/sign-in' });
  };
  return (
    <Menu position="bottom-end" width={230} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('pages.profile')}>
          <IconUser size={20} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label style={{ overflowWrap: 'anywhere' }}>{user.email}</Menu.Label>
        <Menu.Item
          leftSection={<IconUser size={16} />}
          renderRoot={(props) => <Link to="/profile" {...props} />}
        >
          {t('pages.profile')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('colors.label')}</Menu.Label>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={colorScheme === scheme}
            rightSection={colorScheme === scheme ? '✓' : undefined}
            onClick={() => setColorScheme(scheme)}
          >
            {t(`colors.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('language')}</Menu.Label>
        {Object.entries(languages).map(([language, name]) => (
          <Menu.Item
            key={language}
            role="menuitemradio"
            aria-checked={i18n.language === language}
            lang={language}
            rightSection={i18n.language === language ? '✓' : undefined}
            onClick={() => void chooseLanguage(language as Language)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => void signOut()}>
          {t('actions.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
