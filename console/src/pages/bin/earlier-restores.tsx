// The restores from the bin that there have been, newest first.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { usePersonName } from '../../api/properties';
import { DataTable } from '../../ui/data-table';
import { Pager } from '../../ui/pager';
import { Status, When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { binRestoresQuery } from './bin.queries';

interface Props {
  readonly after: string | undefined;
  readonly onPage: (after: string | undefined) => void;
  readonly onOpen: (restoreId: string) => void;
}

export function EarlierRestores({ after, onPage, onOpen }: Props) {
  const { t } = useTranslation('bin');
  const { number } = useFormats();
  const objectLabel = useObjectLabel();
  const personName = usePersonName();
  const query = useQuery(binRestoresQuery(after));
  return (
    <Answer query={query}>
      {({ results, paging }) => (
        <>
          <DataTable
            name="bin-restores"
            label={t('tabs.restores')}
            rows={results}
            idOf={({ id }) => id}
            columns={[
              {
                ...{ id: 'requestedAt', label: t('job.when'), isFixed: true },
                cell: ({ requestedAt }) => <When at={requestedAt} />,
              },
              { id: 'type', label: t('job.what'), cell: ({ objectType }) => objectLabel(objectType) },
              {
                ...{ id: 'by', label: t('job.who') },
                cell: ({ requestedBy }) => (requestedBy === null ? '—' : personName(requestedBy)),
              },
              {
                ...{ id: 'status', label: t('job.status') },
                cell: ({ status }) => <Status status={status} label={t(`job.statuses.${status}`)} />,
              },
              {
                ...{ id: 'restored', label: t('job.restored'), isNumber: true },
                cell: ({ outcomes }) => (outcomes ? number(outcomes.restored) : '—'),
              },
              {
                ...{ id: 'refused', label: t('job.refused'), isNumber: true },
                cell: ({ outcomes }) => (outcomes ? number(outcomes.refused) : '—'),
              },
              {
                ...{ id: 'open', label: t('job.outcome'), isFixed: true },
                cell: ({ id }) => (
                  <Button size="compact-xs" variant="subtle" onClick={() => onOpen(id)}>
                    {t('job.open')}
                  </Button>
                ),
              },
            ]}
            empty={<Empty title={t('job.none')} text={t('job.noneText')} />}
          />
          <Pager after={after} next={paging?.next?.after} onPage={onPage} />
        </>
      )}
    </Answer>
  );
}
