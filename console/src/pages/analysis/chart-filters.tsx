// What the charts count: a span, an interval, and categories, actions, people and teams.
import { Group, SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import { auditActions, auditCategories } from '../../api/audit-vocabulary';
import { nameOf, peopleQuery, teamsQuery } from '../../api/people';
import { useAuditWords } from '../../ui/audit-words';
import { useFormats } from '../../words/formats';
import { listOf, textOf } from '../audit/filter';
import { CheckList, type Choice } from '../audit/filters/check-list';
import { FilterChip } from '../audit/filters/chip';
import { TimeFilter, useSpanText, type Span } from '../audit/filters/time-filter';
import { INTERVALS, type Interval } from './analysis.queries';

export type Filters = Readonly<Partial<Record<'category' | 'action' | 'userId' | 'teamId', string>>>;

interface Props {
  readonly filters: Filters;
  readonly span: Span;
  readonly interval: Interval;
  readonly onFilter: (field: keyof Filters, value: string | undefined) => void;
  readonly onSpan: (span: Span) => void;
  readonly onInterval: (interval: Interval) => void;
}

export function ChartFilters({ filters, span, interval, onFilter, onSpan, onInterval }: Props) {
  const { t } = useTranslation('analysis');
  const words = useAuditWords();
  const { list } = useFormats();
  const spanText = useSpanText();
  const { data: people = [] } = useQuery(peopleQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const choices: Readonly<Record<keyof Filters, readonly Choice[]>> = {
    category: Object.keys(auditCategories).map((id) => ({ id, label: words.category(id) })),
    action: auditActions.map((id) => ({ id, label: words.action(id) })),
    userId: people.map((person) => ({ id: person.id, label: nameOf(person), hint: person.email })),
    teamId: teams.map(({ id, name }) => ({ id, label: name })),
  };
  const told = (field: keyof Filters) => {
    const ids = listOf(filters[field]);
    const labels = ids.map((id) => choices[field].find((choice) => choice.id === id)?.label ?? id);
    return labels.length === 0 ? undefined : list(labels);
  };
  const { from, to, last } = span;
  return (
    <Group gap="xs" role="group" aria-label={t('filters.label')}>
      <SegmentedControl
        size="xs"
        aria-label={t('filters.interval')}
        value={interval}
        onChange={onInterval}
        data={INTERVALS.map((value) => ({ value, label: t(`intervals.${value}`) }))}
      />
      <FilterChip
        label={t('filters.span')}
        told={spanText({
          filter: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
          last,
        })}
        onClear={() => onSpan({})}
        width={330}
      >
        {(close) => (
          <TimeFilter
            span={span}
            hasAll={false}
            onApply={(next) => {
              onSpan(next);
              close();
            }}
          />
        )}
      </FilterChip>
      {(['category', 'action', 'userId', 'teamId'] as const).map((field) => (
        <FilterChip
          key={field}
          label={t(`filters.${field}`)}
          told={told(field)}
          onClear={() => onFilter(field, undefined)}
        >
          {(close) => (
            <CheckList
              label={t(`filters.${field}`)}
              choices={choices[field]}
              chosen={listOf(filters[field])}
              isOpenEnded={field === 'userId'}
              onApply={(ids) => {
                onFilter(field, textOf(ids));
                close();
              }}
            />
          )}
        </FilterChip>
      ))}
    </Group>
  );
}
