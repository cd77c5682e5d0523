// What can be done about a user, by how far they are; each is asked about before it is done, since it counts at once.
import { Alert, Anchor, Button, List, Menu, Modal, Stack, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { useObjectTypes } from '../../api/object-types';
import { confirm } from '../../ui/confirm';
import { tellDone, tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { nameOf, useRefreshUsers, type User } from './users.queries';

const acts = {
  invite: (params: Params) => api.POST('/settings/v3/users/{userId}/invite', { params }),
  withdraw: (params: Params) => api.POST('/settings/v3/users/{userId}/withdraw', { params }),
  deactivate: (params: Params) => api.POST('/settings/v3/users/{userId}/deactivate', { params }),
  reactivate: (params: Params) => api.POST('/settings/v3/users/{userId}/reactivate', { params }),
  unlock: (params: Params) => api.POST('/settings/v3/users/{userId}/unlock', { params }),
  endSessions: (params: Params) => api.DELETE('/settings/v3/users/{userId}/sessions', { params }),
} as const;
type Act = keyof typeof acts;
interface Params {
  readonly path: { readonly userId: string };
}
interface Owned {
  readonly objectType: string;
  readonly total: number;
}

const byStatus: Readonly<Record<User['status'], readonly Act[]>> = {
  active: ['unlock', 'endSessions', 'deactivate'],
  invited: ['invite', 'withdraw'],
  deactivated: ['reactivate'],
  withdrawn: [],
};
const isDangerous = (act: Act): boolean => ['withdraw', 'deactivate', 'endSessions'].includes(act);

export function UserActs({ user }: { readonly user: User }) {
  const { t } = useTranslation('users');
  const refresh = useRefreshUsers();
  const navigate = useNavigate();
  const [owned, setOwned] = useState<readonly Owned[]>();
  const name = nameOf(user);
  const doing = useMutation({
    mutationFn: (act: Act) =>
      answered<unknown>(acts[act]({ path: { userId: user.id } }) as Promise<{ response: Response }>),
    onSuccess: (answer, act) => {
      tellDone(t(`acts.${act}.done`, { name }));
      // Whoever is withdrawn is no user any more: there is no page to stay on.
      if (act === 'withdraw') void navigate({ to: '/users' });
      if (act === 'deactivate') setOwned((answer as { owned: readonly Owned[] }).owned);
    },
    onError: tellFailure,
    onSettled: refresh,
  });
  const begin = async (act: Act) => {
    const isSure = await confirm({
      title: t(`acts.${act}.title`, { name }),
      text: t(`acts.${act}.text`, { name }),
      confirm: t(`acts.${act}.confirm`),
      isDangerous: isDangerous(act),
    });
    if (isSure) doing.mutate(act);
  };
  const possible = byStatus[user.status];
  return (
    <>
      {possible.length > 0 && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button
              variant="default"
              loading={doing.isPending}
              rightSection={<IconChevronDown size={16} aria-hidden />}
            >
              {t('acts.label')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {possible.map((act) => (
              <Menu.Item
                key={act}
                {...(isDangerous(act) && { color: 'red' })}
                onClick={() => void begin(act)}
              >
                {t(`acts.${act}.action`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {owned && (
        <OwnedDialog name={name} userId={user.id} owned={owned} onClose={() => setOwned(undefined)} />
      )}
    </>
  );
}

/** What a deactivated user still owns, so that somebody else may be given it. */
function OwnedDialog({
  name,
  userId,
  owned,
  onClose,
}: {
  readonly name: string;
  readonly userId: string;
  readonly owned: readonly Owned[];
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('users');
  const { number } = useFormats();
  const types = useObjectTypes();
  const some = owned.filter(({ total }) => total > 0);
  return (
    <Modal opened onClose={onClose} title={t('owned.title', { name })}>
      <Stack>
        <Alert color="teal">{t('acts.deactivate.done', { name })}</Alert>
        {some.length === 0 ? (
          <Text size="sm">{t('owned.none')}</Text>
        ) : (
          <>
            <Text size="sm">{t('owned.text')}</Text>
            <List size="sm">
              {some.map(({ objectType, total }) => (
                <List.Item key={objectType}>
                  <Anchor
                    size="sm"
                    renderRoot={(props) => (
                      <Link to="/records/$objectType" params={{ objectType }} {...props} />
                    )}
                  >
                    {types.find((type) => type.name === objectType)?.label ?? objectType}
                  </Anchor>
                  : {number(total)}
                </List.Item>
              ))}
            </List>
            <Text size="xs" c="dimmed">
              {t('owned.id', { id: userId })}
            </Text>
          </>
        )}
        <Button onClick={onClose}>{t('owned.close')}</Button>
      </Stack>
    </Modal>
  );
}
