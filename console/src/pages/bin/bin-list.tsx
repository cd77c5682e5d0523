// What is in the bin of one object type: narrowed down, chosen, and brought back.
import { Alert, Anchor, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconSearch } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { nameProperties, useMayRecords, type ObjectType } from '../../api/object-types';
import { ownerName, ownersQuery } from '../../api/properties';
import { confirm } from '../../ui/confirm';
import { InstantInput } from '../../ui/instant-input';
import { ObjectTypeSelect } from '../../ui/object-type-select';
import { keptPageSize, Pager } from '../../ui/pager';
import { Answer, Empty } from '../../ui/states';
import { tellFailure } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { binCountQuery, binQuery, given, type BinChoice } from './bin.queries';
import { BinTable } from './bin-table';
import { countsOf, Outcomes } from './outcomes';

/** As many ids are answered at once; more are the job of a choice. */
const AT_ONCE = 100;

interface Props {
  readonly type: ObjectType;
  readonly onStarted: (restoreId: string) => void;
}

export function BinList({ type, onStarted }: Props) {
  const { t } = useTranslation(['bin', 'common']);
  const { number } = useFormats();
  const queries = useQueryClient();
  const search = useSearch({ from: '/shell/recycle-bin' });
  const navigate = useNavigate({ from: '/recycle-bin' });
  const mayRestore = useMayRecords()(type, 'archive');
  const { q, archivedBy, from, to, after } = search;
  const choice: BinChoice = { objectType: type.name, q, archivedBy, from, to };
  const limit = Number(search.limit ?? keptPageSize());
  const list = useQuery(binQuery(choice, nameProperties(type), limit, after));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const [results, setResults] = useState<readonly Schemas['BinResult'][]>();
  const count = useQuery({ ...binCountQuery(choice), enabled: isAll });
  const ask = (change: Partial<Record<keyof typeof search, string | undefined>>) => {
    setChosen(new Set());
    setAll(false);
    void navigate({ search: (now) => ({ ...now, after: undefined, ...change }) });
  };
  const restore = useMutation({
    mutationFn: async (ids: readonly string[] | undefined) => {
      const params = { path: { objectType: type.name } };
      const path = '/recycle-bin/v1/{objectType}/restore';
      if (!ids) return answered(api.POST(path, { params, body: { filterGroups: [], ...given(choice) } }));
      const all: Schemas['BinResult'][] = [];
      for (let at = 0; at < ids.length; at += AT_ONCE) {
        const answer = await answered(api.POST(path, { params, body: { ids: ids.slice(at, at + AT_ONCE) } }));
        if ('results' in answer) all.push(...answer.results);
      }
      return { results: all };
    },
    onSuccess: (answer) => {
      if ('results' in answer) setResults(answer.results);
      else onStarted(answer.id);
      setChosen(new Set());
      setAll(false);
    },
    onError: tellFailure,
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['bin'] });
      void queries.invalidateQueries({ queryKey: ['records', type.name] });
    },
  });
  const total = isAll ? count.data : chosen.size;
  const isNarrowed = [q, archivedBy, from, to].some((one) => one !== undefined);
  const bring = () => {
    if (total === undefined) return;
    const words = { count: total, total: number(total), label: type.label };
    void confirm({
      title: t('restore.title'),
      text: t('restore.text', words),
      confirm: t('restore.button', words),
    }).then((isSure) => isSure && restore.mutate(isAll ? undefined : [...chosen]));
  };
  return (
    <Stack gap="md">
      <Group align="flex-end" gap="sm">
        <ObjectTypeSelect
          w={190}
          value={type.name}
          onChange={(name) => void navigate({ search: { ...(name !== null && { objectType: name }) } })}
        />
        <form
          key={q ?? ''}
          style={{ flex: 1, minWidth: 180 }}
          onSubmit={(event) => {
            event.preventDefault();
            const text = new FormData(event.currentTarget).get('q');
            ask({ q: (typeof text === 'string' && text.trim()) || undefined });
          }}
        >
          <TextInput
            name="q"
            type="search"
            label={t('common:fields.search')}
            defaultValue={q ?? ''}
            leftSection={<IconSearch size={16} aria-hidden />}
          />
        </form>
        <WhoSelect value={archivedBy} onChange={(who) => ask({ archivedBy: who })} />
        <InstantInput label={t('filter.from')} value={from} onChange={(at) => ask({ from: at })} />
        <InstantInput label={t('filter.to')} value={to} onChange={(at) => ask({ to: at })} />
      </Group>
      {results && (
        <Alert
          color={countsOf(results).refused > 0 ? 'orange' : 'teal'}
          title={t('outcomes.title')}
          withCloseButton
          onClose={() => setResults(undefined)}
          closeButtonLabel={t('common:actions.dismiss')}
          role="status"
        >
          <Outcomes objectType={type.name} counts={countsOf(results)} results={results} />
        </Alert>
      )}
      <Answer query={list}>
        {({ results: rows, paging }) => {
          const isWholePage = rows.length > 0 && rows.every(({ id }) => chosen.has(id));
          const next = paging?.next?.after;
          return (
            <Stack gap="xs">
              {(chosen.size > 0 || isAll) && (
                <Group gap="sm" role="status">
                  <Text size="sm" fw={600}>
                    {isAll
                      ? total === undefined
                        ? t('restore.counting')
                        : t('common:select.allChosen', { total: number(total) })
                      : t('common:select.chosen', { count: chosen.size })}
                  </Text>
                  {!isAll && isWholePage && (next !== undefined || after !== undefined) && (
                    <Anchor component="button" size="sm" onClick={() => setAll(true)}>
                      {t('restore.all')}
                    </Anchor>
                  )}
                  <Anchor
                    component="button"
                    size="sm"
                    onClick={() => {
                      setChosen(new Set());
                      setAll(false);
                    }}
                  >
                    {t('common:select.none')}
                  </Anchor>
                  <Button
                    size="xs"
                    leftSection={<IconArrowBackUp size={15} aria-hidden />}
                    loading={restore.isPending || total === undefined}
                    onClick={bring}
                  >
                    {t('restore.button', { count: total ?? 0, total: number(total ?? 0) })}
                  </Button>
                </Group>
              )}
              <BinTable
                {...{ type, rows }}
                selection={
                  mayRestore
                    ? {
                        chosen: isAll ? new Set(rows.map(({ id }) => id)) : chosen,
                        onChange: (ids: ReadonlySet<string>) => {
                          setAll(false);
                          setChosen(ids);
                        },
                      }
                    : undefined
                }
                empty={
                  isNarrowed ? (
                    <Empty
                      title={t('noMatch')}
                      action={
                        <Button
                          variant="default"
                          onClick={() =>
                            ask({ q: undefined, archivedBy: undefined, from: undefined, to: undefined })
                          }
                        >
                          {t('clear')}
                        </Button>
                      }
                    />
                  ) : (
                    <Empty title={t('none', { label: type.label })} text={t('noneText')} />
                  )
                }
              />
              <Pager
                after={after}
                next={next}
                onPage={(cursor) => void navigate({ search: (now) => ({ ...now, after: cursor }) })}
                size={limit}
                onSize={(size) => ask({ limit: String(size) })}
              />
            </Stack>
          );
        }}
      </Answer>
    </Stack>
  );
}

function WhoSelect({
  value,
  onChange,
}: {
  readonly value: string | undefined;
  readonly onChange: (who: string | undefined) => void;
}) {
  const { t } = useTranslation('bin');
  const { data: owners = [] } = useQuery(ownersQuery);
  const people = owners.map((owner) => ({ value: owner.id, label: ownerName(owner) }));
  // An API key, an import or a restore may have been asked for by its id.
  const other =
    value !== undefined && !people.some((one) => one.value === value) ? [{ value, label: value }] : [];
  return (
    <Select
      w={200}
      label={t('filter.who')}
      placeholder={t('filter.anybody')}
      searchable
      clearable
      data={[...people, ...other]}
      value={value ?? null}
      onChange={(who) => onChange(who ?? undefined)}
    />
  );
}
