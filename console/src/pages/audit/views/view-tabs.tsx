// The views as tabs: those that everybody has, one's own, and those that are shared.
import { ActionIcon, Badge, Button, Group, Menu, Tabs } from '@mantine/core';
import { IconAdjustments, IconChevronDown, IconStarFilled, IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { View } from '../filter';

const MOST_TABS = 7;

interface Props {
  readonly views: readonly View[];
  readonly current: View | undefined;
  readonly isChanged: boolean;
  readonly tab: 'rows' | 'comments';
  readonly onView: (id: string) => void;
  readonly onComments: () => void;
  readonly onManage: () => void;
}

export const nameOfView = (
  view: View,
  t: (key: 'views.all' | 'views.logins' | 'views.security') => string,
): string =>
  view.builtIn && (view.id === 'all' || view.id === 'logins' || view.id === 'security')
    ? t(`views.${view.id}`)
    : view.name;

export function ViewTabs({ views, current, isChanged, tab, onView, onComments, onManage }: Props) {
  const { t } = useTranslation('audit');
  const ordered = [...views].sort((a, b) => Number(b.builtIn) - Number(a.builtIn));
  const first = ordered.slice(0, MOST_TABS);
  const shown = current && !first.some(({ id }) => id === current.id) ? [...first, current] : first;
  const rest = ordered.filter((view) => !shown.includes(view));
  const value = tab === 'comments' ? '#comments' : (current?.id ?? '#none');
  return (
    <Group gap="xs" align="end" wrap="nowrap">
      <Tabs
        value={value}
        onChange={(id) => (id === '#comments' ? onComments() : id !== null && id !== '#none' && onView(id))}
        activateTabWithKeyboard={false}
        style={{ flex: 1, minWidth: 0 }}
      >
        <Tabs.List
          style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}
          aria-label={t('views.label')}
        >
          {value === '#none' && <Tabs.Tab value="#none">{t('views.none')}</Tabs.Tab>}
          {shown.map((view) => (
            <Tabs.Tab
              key={view.id}
              value={view.id}
              rightSection={
                <Group gap={4} wrap="nowrap">
                  {view.isDefault && (
                    <IconStarFilled size={12} role="img" aria-label={t('views.isDefault')} />
                  )}
                  {!view.builtIn && view.visibility === 'everyone' && (
                    <IconUsers size={12} role="img" aria-label={t('views.everyone')} />
                  )}
                  {view.id === value && isChanged && (
                    <Badge size="xs" variant="light" tt="none">
                      {t('views.changed')}
                    </Badge>
                  )}
                </Group>
              }
              style={{ whiteSpace: 'nowrap', maxWidth: 260 }}
            >
              {nameOfView(view, t)}
            </Tabs.Tab>
          ))}
          <Tabs.Tab value="#comments" style={{ whiteSpace: 'nowrap' }}>
            {t('comments.tab')}
          </Tabs.Tab>
        </Tabs.List>
      </Tabs>
      {rest.length > 0 && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button
              size="xs"
              variant="subtle"
              rightSection={<IconChevronDown size={14} aria-hidden />}
              style={{ flexShrink: 0 }}
            >
              {t('views.more', { count: rest.length })}
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={400} style={{ overflowY: 'auto' }}>
            {rest.map((view) => (
              <Menu.Item key={view.id} onClick={() => onView(view.id)}>
                {view.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        onClick={onManage}
        aria-label={t('views.manage')}
        title={t('views.manage')}
      >
        <IconAdjustments size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
