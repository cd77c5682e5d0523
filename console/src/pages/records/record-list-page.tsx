// The records of a type: searched, filtered, sorted, as they are or as they were at an instant, and put into the bin.
import { ActionIcon, Alert, Anchor, Button, Group, Menu, Stack, Text, TextInput } from '@mantine/core';
import { IconClockHour4, IconDots, IconPlus, IconSearch, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isCode } from '../../api/errors';
import { filtersOf, filtersText } from '../../api/filters';
import {
  nameProperties,
  recordName,
  useMayRecords,
  useObjectType,
  type ObjectType,
} from '../../api/object-types';
import { propertiesQuery, type Property } from '../../api/properties';
import { useMay } from '../../api/session';
import { useColumns, DataTable } from '../../ui/data-table';
import { FilterBar } from '../../ui/filter-bar';
import { InstantInput, isPosition } from '../../ui/instant-input';
import { ObjectTypeSelect } from '../../ui/object-type-select';
import { Page } from '../../ui/page';
import { keptPageSize, Pager } from '../../ui/pager';
import { Answer, Empty, Failed, Loading } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { ArchiveBar, type Chosen } from './archive-bar';
import { useRecordColumns } from './columns';
import { CreateRecord } from './create-record';
import { listQuery, type Wanted } from './records.queries';
import { TooFar } from './too-far';

export default function RecordListPage() {
  const { objectType: given } = useParams({ from: '/shell/records/$objectType' });
  const type = useObjectType(given);
  // A type of the account's own is known once the types have come; until then the server is asked by the name given.
  const wanted = type ?? {
    name: given,
    typeId: given,
    label: given,
    displayProperty: 'hs_object_id',
    isCustom: true,
    required: [],
  };
  const properties = useQuery(propertiesQuery(wanted.name));
  return properties.isPending ? (
    <Loading />
  ) : (
    <RecordList key={wanted.name} type={wanted} properties={properties.data ?? []} error={properties.error} />
  );
}

function RecordList({
  type,
  properties,
  error,
}: {
  readonly type: ObjectType;
  readonly properties: readonly Property[];
  readonly error: unknown;
}) {
  const { t } = useTranslation(['records', 'common']);
  const formats = useFormats();
  const search = useSearch({ from: '/shell/records/$objectType' });
  const navigate = useNavigate({ from: '/records/$objectType' });
  const mayRecords = useMayRecords();
  const [chosen, setChosen] = useState<Chosen>({ ids: new Set(), isAll: false });
  const [isCreating, setCreating] = useState(false);
  const { q, sort, after, asOf } = search;
  const limit = Number(search.limit ?? keptPageSize());
  const groups = filtersOf(search.filters);
  const wanted: Wanted = { objectType: type.name, q, groups, sort, asOf };
  const columns = useRecordColumns(type, properties, asOf);
  const { shown } = useColumns(`records.${type.name}`, columns);
  const names = shown.map(({ id }) => id).filter((id) => id !== 'name');
  const list = useQuery({
    ...listQuery(wanted, { properties: [...new Set([...nameProperties(type), ...names])], limit, after }),
    enabled: !error,
  });
  /** Another question begins at its first page, with nothing chosen. */
  const ask = (change: Partial<Record<keyof typeof search, string | undefined>>) => {
    setChosen({ ids: new Set(), isAll: false });
    void navigate({ search: (now) => ({ ...now, after: undefined, ...change }) });
  };
  const isFiltered = q !== undefined || groups.length > 0;
  // Many at once is a right of its own; one is put into the bin on its page.
  const mayMany = useMay('crm.objects.bulk_delete');
  const mayArchive = mayMany && mayRecords(type, 'archive') && asOf === undefined;
  const total = list.data?.total;
  return (
    <Page
      title={type.label}
      lead={t('list.lead')}
      actions={
        <>
          {mayRecords(type, 'write') && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
              {t('list.create')}
            </Button>
          )}
          <More objectType={type.name} />
        </>
      }
    >
      <Group align="flex-end" gap="sm">
        <ObjectTypeSelect
          w={200}
          value={type.name}
          onChange={(name) =>
            name !== null &&
            void navigate({
              to: '/records/$objectType',
              params: { objectType: name },
              search: asOf ? { asOf } : {},
            })
          }
        />
        <SearchField key={q ?? ''} q={q} onSearch={(text) => ask({ q: text })} />
        <InstantInput label={t('asOf.label')} value={asOf} onChange={(at) => ask({ asOf: at })} />
      </Group>
      <FilterBar
        objectType={type.name}
        groups={groups}
        onChange={(changed) => ask({ filters: filtersText(changed) })}
      />
      {asOf !== undefined && (
        <Alert
          color="yellow"
          icon={<IconClockHour4 aria-hidden />}
          title={t('asOf.title', {
            at: isPosition(asOf) ? t('common:instant.position', { position: asOf }) : formats.time(asOf),
          })}
        >
          <Group justify="space-between" gap="xs">
            <Text size="sm">{t('asOf.text')}</Text>
            <Button size="xs" variant="default" onClick={() => ask({ asOf: undefined })}>
              {t('asOf.now')}
            </Button>
          </Group>
        </Alert>
      )}
      {error ? (
        <Failed error={error} />
      ) : isCode(list.error, 'AS_OF_TOO_FAR') ? (
        <TooFar asOf={asOf!} message={(list.error as Error).message} />
      ) : (
        <Answer query={list}>
          {({ results, paging }) => (
            <Stack gap="xs" style={{ opacity: list.isPlaceholderData ? 0.6 : 1 }} aria-busy={list.isFetching}>
              {mayArchive && (
                <ArchiveBar
                  wanted={wanted}
                  chosen={chosen}
                  onChange={setChosen}
                  onPage={results.map(({ id }) => id)}
                  total={total ?? results.length}
                  label={type.label}
                />
              )}
              <DataTable
                name={`records.${type.name}`}
                label={type.label}
                columns={columns}
                rows={results}
                idOf={({ id }) => id}
                sort={sort}
                onSort={(by) => ask({ sort: by })}
                selection={
                  mayArchive
                    ? {
                        chosen: chosen.isAll ? new Set(results.map(({ id }) => id)) : chosen.ids,
                        onChange: (ids) => setChosen({ ids, isAll: false }),
                        labelOf: (id) =>
                          recordName(type, results.find((one) => one.id === id)?.properties ?? {}) ?? id,
                      }
                    : undefined
                }
                empty={
                  isFiltered ? (
                    <Empty
                      title={t('list.noMatch')}
                      text={t('list.noMatchText')}
                      action={
                        <Button variant="default" onClick={() => ask({ q: undefined, filters: undefined })}>
                          {t('list.clear')}
                        </Button>
                      }
                    />
                  ) : asOf !== undefined ? (
                    <Empty title={t('list.noneThen')} />
                  ) : (
                    <Empty
                      title={t('list.none')}
                      text={t('list.noneText')}
                      action={
                        <Anchor
                          renderRoot={(props) => (
                            <Link to="/imports/new" search={{ objectType: type.name }} {...props} />
                          )}
                        >
                          {t('list.import')}
                        </Anchor>
                      }
                    />
                  )
                }
              />
              <Pager
                after={after}
                next={paging?.next?.after}
                onPage={(cursor) => void navigate({ search: (now) => ({ ...now, after: cursor }) })}
                size={limit}
                onSize={(size) => ask({ limit: String(size) })}
                note={
                  total === undefined
                    ? undefined
                    : t('list.total', { count: total, total: formats.number(total) })
                }
              />
            </Stack>
          )}
        </Answer>
      )}
      {isCreating && <CreateRecord type={type} properties={properties} onClose={() => setCreating(false)} />}
    </Page>
  );
}

function SearchField({
  q,
  onSearch,
}: {
  readonly q: string | undefined;
  readonly onSearch: (q: string | undefined) => void;
}) {
  const { t } = useTranslation(['records', 'common']);
  const [text, setText] = useState(q ?? '');
  return (
    <form
      style={{ flex: 1, minWidth: 220 }}
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim() || undefined);
      }}
    >
      <TextInput
        type="search"
        label={t('list.search')}
        placeholder={t('list.searchHow')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        rightSection={
          q === undefined ? undefined : (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t('common:actions.clear')}
              onClick={() => onSearch(undefined)}
            >
              <IconX size={14} aria-hidden />
            </ActionIcon>
          )
        }
      />
    </form>
  );
}

/** The ways in and out for many records at once. */
function More({ objectType }: { readonly objectType: string }) {
  const { t } = useTranslation('records');
  const [mayImport, mayExport] = [useMay('crm.import'), useMay('crm.export')];
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t('list.more')}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayImport && (
          <Menu.Item renderRoot={(props) => <Link to="/imports/new" search={{ objectType }} {...props} />}>
            {t('list.import')}
          </Menu.Item>
        )}
        {mayExport && (
          <Menu.Item renderRoot={(props) => <Link to="/exports" {...props} />}>{t('list.export')}</Menu.Item>
        )}
        <Menu.Item renderRoot={(props) => <Link to="/recycle-bin" search={{ objectType }} {...props} />}>
          {t('list.bin')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
