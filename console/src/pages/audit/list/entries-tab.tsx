// The rows of a filter: the query box, the chips, the list, and the row that is open beside it.
import { Alert, Anchor, Box, Button, Flex, Group, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Empty, Failed, Loading } from '../../../ui/states';
import { useFormats } from '../../../words/formats';
import type { Row } from '../audit.queries';
import { EntryPanel } from '../entry/entry-panel';
import { changed, savedOf, type Asked, type Field, type Search, type View } from '../filter';
import { FilterBar } from '../filters/filter-bar';
import { faultOf, QueryBox } from '../filters/query-box';
import { ViewMenu } from '../views/view-menu';
import type { ColumnId } from './columns';
import { ColumnsMenu, columnsOf } from './columns-menu';
import { RowList } from './row-list';
import { MOST_ROWS, useRows } from './rows';

const BESIDE: readonly ColumnId[] = ['occurredAt', 'actor', 'summary', 'comments'];

interface Props {
  readonly asked: Asked;
  readonly view: View | undefined;
  readonly isChanged: boolean;
  readonly search: Search;
  readonly isNarrow: boolean;
  readonly onAsked: (asked: Asked) => void;
  readonly onView: (id: string | undefined) => void;
  readonly onSearch: (search: Search, replace?: boolean) => void;
}

export function EntriesTab({ asked, view, isChanged, search, isNarrow, onAsked, onView, onSearch }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const { zone, number } = useFormats();
  const rows = useRows(asked, zone);
  const isRoomy = useMediaQuery('(min-width: 75em)', undefined, { getInitialValueInEffect: false });
  const columns = columnsOf(asked.columns);
  const { entry } = search;
  // Beside a row that is open there is room for what tells the others apart.
  const isBeside = entry !== undefined && isRoomy === true && columns.includes('summary');
  const shown = isBeside ? columns.filter((id) => BESIDE.includes(id)) : columns;
  const open = (id: string, pane = search.pane) => {
    if (id !== entry) onSearch({ ...search, entry: id, pane, comment: undefined }, entry !== undefined);
  };
  const at = entry === undefined ? -1 : rows.indexOf(entry);
  const step = (by: number) => {
    const row = at < 0 ? undefined : rows.rowAt(at + by);
    return row && (() => open(row.id));
  };
  const set = (change: Readonly<Partial<Record<Field, string | undefined>>>) =>
    onAsked({ ...asked, filter: changed(asked.filter, change) });
  const fault = faultOf(rows.error);
  return (
    <Stack gap="xs">
      <QueryBox
        value={asked.filter.q ?? ''}
        error={fault ? rows.error : undefined}
        onAsk={(q) => set({ q: q === '' ? undefined : q })}
      />
      <Group justify="space-between" align="start" gap="xs">
        <FilterBar asked={asked} onChange={onAsked} />
        <Group gap="xs" wrap="nowrap">
          <ViewMenu view={view} isChanged={isChanged} shown={savedOf(asked, zone)} onView={onView} />
          <ColumnsMenu columns={columns} onChange={(next) => onAsked({ ...asked, columns: next })} />
        </Group>
      </Group>
      <Group justify="space-between" mih={26}>
        <Text size="xs" c="dimmed" aria-live="polite">
          {fault || (rows.error !== undefined && rows.length === 0)
            ? ''
            : rows.isLoading
              ? t('common:states.loading')
              : rows.isWhole
                ? t('list.count', { count: rows.length, shown: number(rows.length) })
                : t('list.sofar', { shown: number(rows.length) })}
        </Text>
        {rows.hasNewer ? (
          <Button size="compact-xs" leftSection={<IconRefresh size={12} aria-hidden />} onClick={rows.reload}>
            {t('list.newer')}
          </Button>
        ) : (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<IconRefresh size={12} aria-hidden />}
            onClick={rows.reload}
          >
            {t('common:actions.reload')}
          </Button>
        )}
      </Group>
      <Flex gap="sm" align="start">
        <Box style={{ flex: 1, minWidth: 0 }}>
          {fault ? null : rows.error !== undefined && rows.length === 0 ? (
            <Failed error={rows.error} retry={rows.reload} />
          ) : rows.isLoading && rows.length === 0 ? (
            <Loading />
          ) : rows.length === 0 ? (
            <NoRows unmatched={rows.unmatched} onClear={() => onSearch({ last: '30', changed: '1' })} />
          ) : (
            <>
              {rows.error !== undefined && (
                <Box mb="xs">
                  <Failed error={rows.error} retry={rows.reload} />
                </Box>
              )}
              <RowList
                rows={rows}
                columns={shown}
                sort={asked.sort}
                onSort={(sort) => onAsked({ ...asked, sort })}
                open={entry}
                onOpen={(row: Row) => open(row.id)}
                isNarrow={isNarrow}
                end={
                  <Text size="sm" c="dimmed">
                    {rows.length >= MOST_ROWS ? (
                      <More last={rows.rowAt(rows.length - 1)} onGo={(to) => set({ to })} />
                    ) : (
                      t('list.end')
                    )}
                  </Text>
                }
              />
            </>
          )}
        </Box>
        {entry !== undefined && (
          <EntryPanel
            entryId={entry}
            pane={search.pane === 'comments' ? 'comments' : 'details'}
            linked={search.comment}
            onPane={(pane) => onSearch({ ...search, pane: pane === 'comments' ? pane : undefined }, true)}
            onEntry={(id) => onSearch({ ...search, entry: id, pane: undefined, comment: undefined })}
            onClose={() => onSearch({ ...search, entry: undefined, pane: undefined, comment: undefined })}
            onPrevious={step(-1)}
            onNext={step(1)}
            isDrawer={isRoomy !== true}
          />
        )}
      </Flex>
    </Stack>
  );
}

/** Below so many rows as a browser can draw, the list goes on as one of its own. */
function More({ last, onGo }: { readonly last: Row | undefined; readonly onGo: (to: string) => void }) {
  const { t } = useTranslation(['audit', 'common']);
  if (!last) return null;
  return (
    <Anchor component="button" type="button" onClick={() => onGo(last.occurredAt)}>
      {t('list.goOn')}
    </Anchor>
  );
}

function NoRows({
  unmatched,
  onClear,
}: {
  readonly unmatched: Readonly<Record<string, readonly string[]>> | undefined;
  readonly onClear: () => void;
}) {
  const { t } = useTranslation(['audit', 'common']);
  const { list } = useFormats();
  const strangers = Object.values(unmatched ?? {}).flat();
  return (
    <Empty
      title={t('list.empty')}
      text={
        strangers.length > 0 ? (
          <Alert color="yellow" p="xs">
            {t('list.unmatched', {
              count: strangers.length,
              values: list(strangers.map((one) => `“${one}”`)),
            })}
          </Alert>
        ) : (
          t('list.emptyText')
        )
      }
      action={
        <Button size="xs" variant="default" onClick={onClear}>
          {t('list.clear')}
        </Button>
      }
    />
  );
}
