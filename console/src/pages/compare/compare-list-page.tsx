// Compares two instants, or an instant and now, and lists the comparisons that there have been.
import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconGitCompare } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { useObjectLabel } from '../../api/object-types';
import { usePersonName } from '../../api/properties';
import { useMe } from '../../api/session';
import { DataTable } from '../../ui/data-table';
import { InstantInput } from '../../ui/instant-input';
import { ObjectTypesSelect } from '../../ui/object-type-select';
import { Page } from '../../ui/page';
import { keptPageSize, Pager } from '../../ui/pager';
import { JobProgress } from '../../ui/progress';
import { PropertiesSelect } from '../../ui/property-select';
import { Status, When } from '../../ui/shown';
import { Answer, Empty, Failed, Failure } from '../../ui/states';
import { ApiError } from '../../api/errors';
import { useFormats } from '../../words/formats';
import { comparisonsQuery, isOver, type Comparison } from './compare.queries';
import { useCancel } from './use-cancel';

export default function CompareListPage() {
  const { t } = useTranslation(['compare', 'common']);
  const search = useSearch({ from: '/shell/compare' });
  const navigate = useNavigate({ from: '/compare' });
  const { user } = useMe();
  const limit = Number(search.limit ?? keptPageSize());
  const list = useQuery({ ...comparisonsQuery(limit, search.after), enabled: user.superAdmin });
  if (!user.superAdmin)
    return (
      <Page title={t('common:pages.compare')}>
        <Failed error={new ApiError(403, { context: { requiredScopes: ['restores'] } }, new Headers())} />
      </Page>
    );
  return (
    <Page title={t('common:pages.compare')} lead={t('lead')}>
      <Ask
        key={`${search.from ?? ''} ${search.to ?? ''}`}
        from={search.from}
        to={search.to}
        onInstants={(from, to) => void navigate({ search: (now) => ({ ...now, from, to }), replace: true })}
      />
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t('list.title')}
        </Title>
        <Answer query={list}>
          {({ results, paging }) => (
            <>
              <Comparisons comparisons={results} />
              <Pager
                after={search.after}
                next={paging?.next?.after}
                onPage={(after) => void navigate({ search: (now) => ({ ...now, after }) })}
                size={limit}
                onSize={(size) =>
                  void navigate({ search: (now) => ({ ...now, after: undefined, limit: String(size) }) })
                }
              />
            </>
          )}
        </Answer>
      </Stack>
    </Page>
  );
}

interface AskProps {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly onInstants: (from: string | undefined, to: string | undefined) => void;
}

function Ask({ from, to, onInstants }: AskProps) {
  const { t } = useTranslation('compare');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [types, setTypes] = useState<string[]>([]);
  const [properties, setProperties] = useState<string[]>([]);
  const compare = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/time-travel/v1/compare', {
          body: {
            from: from!,
            ...(to !== undefined && { to }),
            ...(types.length > 0 && { objectTypes: types }),
            ...(properties.length > 0 && { properties }),
          },
        }),
      ),
    onSuccess: async ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['comparisons'] });
      await navigate({ to: '/compare/$comparisonId', params: { comparisonId: id } });
    },
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={t('ask.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (from !== undefined) compare.mutate();
        }}
      >
        <Stack gap="sm">
          <Title order={2} size="h4">
            {t('ask.title')}
          </Title>
          <Group align="flex-end" gap="sm">
            <InstantInput
              label={t('ask.from')}
              value={from}
              onChange={(at) => onInstants(at, to)}
              isRequired
            />
            <InstantInput
              label={t('ask.to')}
              value={to}
              onChange={(at) => onInstants(from, at)}
              empty={t('ask.now')}
            />
          </Group>
          <Group align="flex-start" gap="sm">
            <ObjectTypesSelect
              style={{ flex: 1, minWidth: 240 }}
              value={types}
              onChange={(chosen) => {
                setTypes(chosen);
                setProperties([]);
              }}
            />
            {types.length === 1 && (
              <PropertiesSelect
                style={{ flex: 1, minWidth: 240 }}
                objectType={types[0]!}
                value={properties}
                onChange={setProperties}
              />
            )}
          </Group>
          {compare.error && <Failure error={compare.error} onDismiss={() => compare.reset()} />}
          <Group gap="md">
            <Button
              type="submit"
              leftSection={<IconGitCompare size={16} aria-hidden />}
              disabled={from === undefined}
              loading={compare.isPending}
            >
              {t('ask.button')}
            </Button>
            {from === undefined && (
              <Text size="sm" c="dimmed">
                {t('ask.needsFrom')}
              </Text>
            )}
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

function Comparisons({ comparisons }: { readonly comparisons: readonly Comparison[] }) {
  const { t } = useTranslation(['compare', 'common']);
  const { number } = useFormats();
  const objectLabel = useObjectLabel();
  const personName = usePersonName();
  return (
    <DataTable
      name="comparisons"
      label={t('list.title')}
      rows={comparisons}
      idOf={({ id }) => id}
      columns={[
        {
          ...{ id: 'instants', label: t('list.instants'), isFixed: true },
          cell: ({ id, fromTime, toTime }) => (
            <Anchor
              fz="sm"
              renderRoot={(props) => (
                <Link to="/compare/$comparisonId" params={{ comparisonId: id }} {...props} />
              )}
            >
              <When at={fromTime} relative={false} /> – <When at={toTime} relative={false} />
            </Anchor>
          ),
        },
        {
          ...{ id: 'status', label: t('list.status') },
          cell: (one) =>
            isOver(one) ? (
              <Status status={one.status} label={t(`statuses.${one.status}`)} />
            ) : (
              <Running one={one} />
            ),
        },
        {
          ...{ id: 'types', label: t('common:objectType.several') },
          cell: ({ objectTypes }) => objectTypes?.map(objectLabel).join(', ') ?? t('common:objectType.all'),
        },
        {
          ...{ id: 'rows', label: t('list.rows'), isNumber: true },
          cell: ({ rows }) => (rows === undefined ? '—' : number(rows)),
        },
        {
          ...{ id: 'by', label: t('list.by') },
          cell: ({ requestedBy }) => (requestedBy === null ? '—' : personName(requestedBy)),
        },
        { id: 'requestedAt', label: t('list.asked'), cell: ({ requestedAt }) => <When at={requestedAt} /> },
        {
          ...{ id: 'expiresAt', label: t('list.expires'), isHidden: true },
          cell: ({ expiresAt }) => <When at={expiresAt} />,
        },
      ]}
      empty={<Empty title={t('list.none')} text={t('list.noneText')} />}
    />
  );
}

function Running({ one }: { readonly one: Comparison }) {
  const { t } = useTranslation(['compare', 'common']);
  const queries = useQueryClient();
  const cancel = useCancel(one.id);
  return (
    <Stack gap={4} miw={200}>
      <JobProgress<Comparison>
        path={`/time-travel/v1/compare/${one.id}/progress`}
        initial={one.progress ?? { done: 0, total: 0 }}
        label={t('progress')}
        onEvent={(event) => {
          if (isOver(event)) void queries.invalidateQueries({ queryKey: ['comparisons'] });
        }}
      />
      <Button size="compact-xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        {t('cancel')}
      </Button>
    </Stack>
  );
}
