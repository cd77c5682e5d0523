// All filters of the list as chips in a row. Those that are seldom used are added from a menu.
import { Button, Group, Menu } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { auditActions, auditCategories, auditSources, OBJECT_TYPES } from '../../../api/audit-vocabulary';
import { useObjectTypes } from '../../../api/object-types';
import { useAuditWords } from '../../../ui/audit-words';
import { useFormats } from '../../../words/formats';
import { changed, listOf, textOf, type Asked, type Field, type Filter } from '../filter';
import { CheckList, type Choice } from './check-list';
import { FilterChip } from './chip';
import { PersonFilter, useWho } from './person-filter';
import { TargetFilter, TextFilter } from './text-filter';
import { TimeFilter, useSpanText } from './time-filter';

const SELDOM = ['subCategory', 'target', 'property', 'value', 'ip', 'source'] as const;
type Seldom = (typeof SELDOM)[number];

interface Props {
  readonly asked: Asked;
  readonly onChange: (asked: Asked) => void;
}

export function FilterBar({ asked, onChange }: Props) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  const { list } = useFormats();
  const who = useWho();
  const objects = useObjectTypes().map(({ name }) => name);
  const spanText = useSpanText();
  const [added, setAdded] = useState<Seldom>();
  const { filter } = asked;
  const set = (change: Readonly<Partial<Record<Field, string | undefined>>>) =>
    onChange({ ...asked, filter: changed(filter, change) });
  const told = (text: string | undefined, name: (id: string) => string) =>
    text === undefined ? undefined : list(listOf(text).map(name));
  const people = [filter.actor, filter.userId, filter.teamId].flatMap(listOf);
  const isSet: Readonly<Record<Seldom, boolean>> = {
    subCategory: filter.subCategory !== undefined,
    target: filter.targetType !== undefined || filter.targetId !== undefined,
    property: filter.property !== undefined,
    value: filter.value !== undefined,
    ip: filter.ip !== undefined,
    source: filter.source !== undefined,
  };
  const isThere = (seldom: Seldom) => isSet[seldom] || added === seldom;
  const closed = () => setAdded(undefined);
  const typed = (field: 'property' | 'value' | 'ip') =>
    isThere(field) && (
      <FilterChip
        key={field}
        label={t(`filters.${field}`)}
        told={filter[field]}
        onClear={() => set({ [field]: undefined })}
        isOpenFirst={added === field}
        onClosed={closed}
      >
        {(close) => (
          <TextFilter
            label={t(`filters.${field}`)}
            help={t(`filters.${field}Help`)}
            value={filter[field]}
            onApply={(value) => (set({ [field]: value }), close())}
          />
        )}
      </FilterChip>
    );
  return (
    <Group gap="xs" role="group" aria-label={t('filters.label')}>
      <FilterChip
        label={t('filters.time')}
        told={spanText(asked)}
        onClear={() =>
          onChange({ ...asked, filter: changed(filter, { from: undefined, to: undefined }), last: undefined })
        }
        width={330}
      >
        {(close) => (
          <TimeFilter
            span={{ from: filter.from, to: filter.to, last: asked.last }}
            onApply={({ from, to, last }) => {
              onChange({ ...asked, filter: changed(filter, { from, to }), last });
              close();
            }}
          />
        )}
      </FilterChip>
      <Several
        field="category"
        choices={Object.keys(auditCategories).map((id) => ({ id, label: words.category(id) }))}
        told={told(filter.category, words.category)}
        {...{ filter, set }}
      />
      {isThere('subCategory') && (
        <Several
          field="subCategory"
          choices={subCategoriesOf(listOf(filter.category), objects).map((id) => ({
            id,
            label: words.subCategory(id),
          }))}
          told={told(filter.subCategory, words.subCategory)}
          isOpenFirst={added === 'subCategory'}
          onClosed={closed}
          isOpenEnded
          {...{ filter, set }}
        />
      )}
      <Several
        field="action"
        choices={auditActions.map((id) => ({ id, label: words.action(id) }))}
        told={told(filter.action, words.action)}
        {...{ filter, set }}
      />
      <FilterChip
        label={t('filters.actor')}
        told={people.length === 0 ? undefined : list(people.map(who))}
        onClear={() => set({ actor: undefined, userId: undefined, teamId: undefined })}
      >
        {(close) => <PersonFilter filter={filter} onApply={(change) => (set(change), close())} />}
      </FilterChip>
      {isThere('target') && (
        <FilterChip
          label={t('filters.target')}
          told={
            isSet.target
              ? [filter.targetType && words.type(filter.targetType), filter.targetId]
                  .filter(Boolean)
                  .join(' ')
              : undefined
          }
          onClear={() => set({ targetType: undefined, targetId: undefined })}
          isOpenFirst={added === 'target'}
          onClosed={closed}
        >
          {(close) => (
            <TargetFilter
              type={filter.targetType}
              id={filter.targetId}
              onApply={(change) => (set(change), close())}
            />
          )}
        </FilterChip>
      )}
      {typed('property')}
      {typed('value')}
      {typed('ip')}
      {isThere('source') && (
        <Several
          field="source"
          choices={auditSources.map((id) => ({ id, label: words.source(id) }))}
          told={told(filter.source, words.source)}
          isOpenFirst={added === 'source'}
          onClosed={closed}
          {...{ filter, set }}
        />
      )}
      {filter.correlationId !== undefined && (
        <FilterChip
          label={t('filters.cause')}
          told={filter.correlationId.slice(0, 8)}
          onClear={() => set({ correlationId: undefined })}
        >
          {(close) => (
            <TextFilter
              label={t('filters.cause')}
              help={t('filters.causeHelp')}
              value={filter.correlationId}
              onApply={(correlationId) => (set({ correlationId }), close())}
            />
          )}
        </FilterChip>
      )}
      <Menu position="bottom-start" withinPortal returnFocus={false}>
        <Menu.Target>
          <Button size="xs" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />}>
            {t('filters.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {SELDOM.map((seldom) => {
            const lacksCategory = seldom === 'subCategory' && filter.category === undefined;
            return (
              <Menu.Item
                key={seldom}
                disabled={isSet[seldom] || lacksCategory}
                onClick={() => setAdded(seldom)}
              >
                {t(`filters.${seldom}`)}
                {lacksCategory && ` (${t('filters.categoryFirst')})`}
              </Menu.Item>
            );
          })}
          <Menu.Divider />
          <Menu.Item
            role="menuitemcheckbox"
            aria-checked={filter.includeNonUser === 'true'}
            rightSection={filter.includeNonUser === 'true' ? '✓' : undefined}
            onClick={() => set({ includeNonUser: filter.includeNonUser === 'true' ? undefined : 'true' })}
          >
            {t('filters.includeNonUser')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {filter.includeNonUser === 'true' && (
        <Button
          size="xs"
          variant="light"
          rightSection={<span aria-hidden>×</span>}
          aria-label={t('filters.remove', { label: t('filters.includeNonUser') })}
          onClick={() => set({ includeNonUser: undefined })}
        >
          {t('filters.includeNonUser')}
        </Button>
      )}
    </Group>
  );
}

function subCategoriesOf(categories: readonly string[], objects: readonly string[]): string[] {
  const all = categories.flatMap((category) => auditCategories[category] ?? []);
  return [...new Set(all.flatMap((id) => (id === OBJECT_TYPES ? objects : [id])))];
}

interface SeveralProps {
  readonly field: 'category' | 'subCategory' | 'action' | 'source';
  readonly choices: readonly Choice[];
  readonly told: string | undefined;
  readonly filter: Filter;
  readonly set: (change: Readonly<Partial<Record<Field, string | undefined>>>) => void;
  readonly isOpenFirst?: boolean;
  readonly onClosed?: () => void;
  readonly isOpenEnded?: boolean;
}

function Several({ field, choices, told, filter, set, isOpenEnded = false, ...chip }: SeveralProps) {
  const { t } = useTranslation('audit');
  const label = t(`filters.${field}`);
  return (
    <FilterChip label={label} told={told} onClear={() => set({ [field]: undefined })} {...chip}>
      {(close) => (
        <CheckList
          label={label}
          choices={choices}
          chosen={listOf(filter[field])}
          isOpenEnded={isOpenEnded}
          onApply={(ids) => (set({ [field]: textOf(ids) }), close())}
        />
      )}
    </FilterChip>
  );
}
