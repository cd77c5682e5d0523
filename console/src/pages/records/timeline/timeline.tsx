// How a record came to be what it is: every step, newest first.
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ObjectType } from '../../../api/object-types';
import { keptPageSize, Pager } from '../../../ui/pager';
import { Answer, Empty } from '../../../ui/states';
import { timelineQuery } from '../records.queries';
import { StepCard } from './step-card';

interface Props {
  readonly type: ObjectType;
  readonly recordId: string;
  readonly isLive: boolean;
}

export function Timeline({ type, recordId, isLive }: Props) {
  const { t } = useTranslation('records');
  const { after, limit } = useSearch({ from: '/shell/records/$objectType/$recordId' });
  const navigate = useNavigate({ from: '/records/$objectType/$recordId' });
  const size = Math.min(100, Number(limit ?? keptPageSize()));
  const timeline = useQuery(timelineQuery(type.name, recordId, after, size));
  const pager = (next: string | undefined) => (
    <Pager
      after={after}
      next={next}
      onPage={(cursor) => void navigate({ search: (now) => ({ ...now, after: cursor }) })}
    />
  );
  return (
    <Answer query={timeline}>
      {({ results, paging }) =>
        results.length === 0 ? (
          <Empty title={t('timeline.none')} />
        ) : (
          <Stack gap="sm">
            <Stack
              gap="sm"
              component="ol"
              m={0}
              p={0}
              style={{ listStyle: 'none' }}
              aria-label={t('tabs.timeline')}
            >
              {results.map((step) => (
                <StepCard key={step.entryId + step.kind} {...{ type, recordId, isLive, step }} />
              ))}
            </Stack>
            {(after !== undefined || paging?.next !== undefined) && pager(paging?.next?.after)}
          </Stack>
        )
      }
    </Answer>
  );
}
