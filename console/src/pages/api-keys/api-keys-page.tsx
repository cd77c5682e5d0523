// One's own API keys: what each may, from where, when it was last used, and until when it counts.
import { Button, Code, Group, Spoiler, Stack, Switch, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { confirm } from '../../ui/confirm';
import { DataTable, type Column } from '../../ui/data-table';
import { Page } from '../../ui/page';
import { Status, useNow, Value, When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { tellDone, tellFailure } from '../../ui/told';
import { apiKeysQuery, statusOf, type ApiKey } from './api-keys.queries';
import { ChangeDialog, RotateDialog } from './key-dialogs';
import { MakeDialog } from './make-dialog';
import { TokenDialog, type Shown } from './token-dialog';

type Open = { readonly kind: 'make' } | { readonly kind: 'change' | 'rotate'; readonly apiKey: ApiKey };

export default function ApiKeysPage() {
  const { t } = useTranslation(['apiKeys', 'common']);
  const { ended } = useSearch({ from: '/shell/api-keys' });
  const navigate = useNavigate();
  const query = useInfiniteQuery(apiKeysQuery);
  const now = useNow();
  const [open, setOpen] = useState<Open>();
  const [shown, setShown] = useState<Shown>();
  const columns = useColumnsOfKeys(setOpen);
  const close = () => setOpen(undefined);
  const made = (token: Shown) => {
    close();
    setShown(token);
  };
  const makeButton = (
    <Button leftSection={<IconKey size={18} aria-hidden />} onClick={() => setOpen({ kind: 'make' })}>
      {t('make.action')}
    </Button>
  );
  return (
    <Page title={t('common:pages.apiKeys')} lead={t('lead')} actions={makeButton}>
      <Answer query={query}>
        {({ pages }) => {
          const all = pages.flatMap(({ results }) => results);
          const rows = all.filter((key) => ended === 'true' || statusOf(key, now) === 'active');
          return (
            <Stack>
              <DataTable
                name="api-keys"
                label={t('common:pages.apiKeys')}
                columns={columns}
                rows={rows}
                idOf={({ id }) => id}
                tools={
                  <Switch
                    size="sm"
                    label={t('withEnded', {
                      count: all.filter((key) => statusOf(key, now) !== 'active').length,
                    })}
                    checked={ended === 'true'}
                    onChange={({ currentTarget }) =>
                      void navigate({
                        to: '/api-keys',
                        search: { ended: currentTarget.checked ? 'true' : undefined },
                      })
                    }
                  />
                }
                empty={<Empty title={t('none')} text={t('noneText')} />}
              />
              {query.hasNextPage && (
                <Button
                  variant="default"
                  style={{ alignSelf: 'center' }}
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {t('common:actions.more')}
                </Button>
              )}
            </Stack>
          );
        }}
      </Answer>
      {open?.kind === 'make' && <MakeDialog onClose={close} onMade={made} />}
      {open?.kind === 'change' && <ChangeDialog apiKey={open.apiKey} onClose={close} />}
      {open?.kind === 'rotate' && <RotateDialog apiKey={open.apiKey} onClose={close} onMade={made} />}
      {shown && <TokenDialog shown={shown} onClose={() => setShown(undefined)} />}
    </Page>
  );
}

function useColumnsOfKeys(onOpen: (open: Open) => void): readonly Column<ApiKey>[] {
  const { t } = useTranslation(['apiKeys', 'common']);
  const now = useNow();
  return [
    {
      id: 'name',
      label: t('fields.name'),
      isFixed: true,
      cell: ({ name, previousUntil }) => (
        <Stack gap={0}>
          <Text size="sm" fw={500} dir="auto" style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          {previousUntil !== null && Date.parse(previousUntil) > now && (
            <Text size="xs" c="dimmed">
              {t('previous')} <When at={previousUntil} relative={false} />
            </Text>
          )}
        </Stack>
      ),
    },
    {
      id: 'status',
      label: t('fields.status'),
      cell: (key) => {
        const status = statusOf(key, now);
        return <Status status={status.toUpperCase()} label={t(`status.${status}`)} />;
      },
    },
    {
      id: 'scopes',
      label: t('fields.scopes'),
      cell: ({ scopes }) => (
        <Spoiler maxHeight={50} showLabel={t('common:actions.more')} hideLabel={t('common:actions.less')}>
          <Group gap={4}>
            {scopes.map((scope) => (
              <Code key={scope}>{scope}</Code>
            ))}
          </Group>
        </Spoiler>
      ),
    },
    { id: 'lastUsed', label: t('fields.lastUsed'), cell: ({ lastUsedAt }) => <When at={lastUsedAt} /> },
    {
      id: 'addresses',
      label: t('fields.addresses'),
      cell: ({ allowedIps }) => (allowedIps ? <Value value={allowedIps.join(', ')} /> : t('anywhere')),
    },
    { id: 'expires', label: t('fields.expires'), cell: ({ expiresAt }) => <When at={expiresAt} /> },
    {
      id: 'created',
      label: t('fields.created'),
      isHidden: true,
      cell: ({ createdAt }) => <When at={createdAt} />,
    },
    { id: 'from', label: t('fields.from'), isHidden: true, cell: ({ ip }) => <Value value={ip} /> },
    {
      id: 'acts',
      label: t('fields.acts'),
      isFixed: true,
      cell: (key) => statusOf(key, now) === 'active' && <Acts apiKey={key} onOpen={onOpen} />,
    },
  ];
}

function Acts({ apiKey, onOpen }: { readonly apiKey: ApiKey; readonly onOpen: (open: Open) => void }) {
  const { t } = useTranslation('apiKeys');
  const queries = useQueryClient();
  const { id, name } = apiKey;
  const revoking = useMutation({
    mutationFn: () => answered(api.DELETE('/auth/v1/api-keys/{id}', { params: { path: { id } } })),
    onSuccess: () => tellDone(t('revoke.done', { name })),
    onError: tellFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
  const revoke = async () => {
    const isSure = await confirm({
      title: t('revoke.title', { name }),
      text: t('revoke.text', { name }),
      confirm: t('revoke.confirm'),
      isDangerous: true,
    });
    if (isSure) revoking.mutate();
  };
  const acts = [
    [t('change.action'), () => onOpen({ kind: 'change', apiKey })],
    [t('rotate.action'), () => onOpen({ kind: 'rotate', apiKey })],
    [t('revoke.action'), () => void revoke()],
  ] as const;
  return (
    <Group gap={4}>
      {acts.map(([label, act]) => (
        <Button
          key={label}
          size="compact-xs"
          variant="default"
          aria-label={`${label}: ${name}`}
          disabled={revoking.isPending}
          onClick={act}
        >
          {label}
        </Button>
      ))}
    </Group>
  );
}
