// All views in a dialog, of super admins everybody's: renamed, shared, deleted, looked at.
import {
  ActionIcon,
  Anchor,
  Badge,
  Group,
  Menu,
  Modal,
  Switch,
  Table,
  Text,
  VisuallyHidden,
} from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../../api/client';
import { useMe } from '../../../api/session';
import { Answer } from '../../../ui/states';
import { viewsQuery } from '../audit.queries';
import type { View } from '../filter';
import { useViewActs } from './view-acts';
import { ViewName } from './view-name';
import { nameOfView } from './view-tabs';

export function ManageViews({
  onClose,
  onView,
}: {
  readonly onClose: () => void;
  readonly onView: (id: string) => void;
}) {
  const { t } = useTranslation('audit');
  const { user } = useMe();
  const [isAll, setAll] = useState(false);
  const [renamed, setRenamed] = useState<View>();
  const acts = useViewActs();
  const views = useQuery({
    queryKey: [...viewsQuery.queryKey, { all: isAll }],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/audit/v1/views', {
          params: { query: { limit: 200, ...(isAll && { all: 'true' as const }) } },
          signal,
        }),
      ),
  });
  return (
    <Modal opened onClose={onClose} title={t('views.manage')} size="lg">
      {user.superAdmin && (
        <Switch
          mb="sm"
          label={t('views.ofEverybody')}
          checked={isAll}
          onChange={({ currentTarget }) => setAll(currentTarget.checked)}
        />
      )}
      <Answer query={views}>
        {({ results }) => (
          <Table.ScrollContainer type="native" minWidth={480}>
            <Table aria-label={t('views.manage')}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('views.name')}</Table.Th>
                  <Table.Th>{t('views.owner')}</Table.Th>
                  <Table.Th>{t('views.visibility')}</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>{t('views.menu')}</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {results.map((view) => (
                  <Table.Tr key={view.id}>
                    <Table.Td>
                      <Group gap={6}>
                        <Anchor component="button" size="sm" onClick={() => onView(view.id)} dir="auto">
                          {nameOfView(view, t)}
                        </Anchor>
                        {view.isDefault && (
                          <Badge size="xs" variant="light" tt="none">
                            {t('views.isDefault')}
                          </Badge>
                        )}
                        {view.invalid && (
                          <Text size="xs" c="red.8">
                            {view.invalid.message}
                          </Text>
                        )}
                      </Group>
                    </Table.Td>
                    <Table.Td fz="sm">
                      {view.builtIn ? t('views.builtIn') : (view.owner?.email ?? view.owner?.id)}
                    </Table.Td>
                    <Table.Td fz="sm">{t(`views.${view.visibility}`)}</Table.Td>
                    <Table.Td w={48}>
                      <Menu position="bottom-end" withinPortal>
                        <Menu.Target>
                          <ActionIcon
                            variant="subtle"
                            color="gray"
                            aria-label={t('views.menuOf', { name: view.name })}
                          >
                            <IconDots size={16} aria-hidden />
                          </ActionIcon>
                        </Menu.Target>
                        <Menu.Dropdown>
                          <Menu.Item onClick={() => void acts.clone(view)}>{t('views.clone')}</Menu.Item>
                          <Menu.Item disabled={view.isDefault} onClick={() => void acts.makeDefault(view)}>
                            {t('views.makeDefault')}
                          </Menu.Item>
                          {view.can.change && (
                            <>
                              <Menu.Item onClick={() => setRenamed(view)}>{t('views.rename')}</Menu.Item>
                              <Menu.Item onClick={() => void acts.share(view)}>
                                {t(view.visibility === 'private' ? 'views.share' : 'views.unshare')}
                              </Menu.Item>
                              <Menu.Item onClick={() => void acts.reset(view)}>{t('views.reset')}</Menu.Item>
                              <Menu.Divider />
                              <Menu.Item color="red" onClick={() => void acts.remove(view)}>
                                {t('views.delete')}
                              </Menu.Item>
                            </>
                          )}
                        </Menu.Dropdown>
                      </Menu>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Answer>
      {renamed && (
        <ViewName
          title={t('views.rename')}
          submit={t('views.rename')}
          name={renamed.name}
          onClose={() => setRenamed(undefined)}
          onSubmit={async ({ name }) => void (await acts.change(renamed.id, { name }))}
        />
      )}
    </Modal>
  );
}
