// The first step: the backup or the instant to go back to, or the cause whose doings are to be taken back.
import { Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { ownerName, ownersQuery } from '../../api/properties';
import { InstantInput } from '../../ui/instant-input';
import { Failure } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { NO_MODES, SOURCES, UNDO_MODES, type SourceKind } from './draft';
import type { StepProps } from './new-restore-page';
import { CAUSES, type Cause } from './policy';

const MOST = 100;

export function SourceStep({ draft, onDraft }: StepProps) {
  const { t } = useTranslation('restores');
  const choose = (source: SourceKind) => {
    const modes = source === 'cause' ? UNDO_MODES : NO_MODES;
    const isOtherKind = (source === 'cause') !== (draft.source === 'cause');
    onDraft({ ...draft, source, ...(isOtherKind && { modes }) });
  };
  return (
    <Stack>
      <Radio.Group
        aria-label={t('new.steps.source')}
        value={draft.source}
        onChange={(value) => choose(value)}
      >
        <Stack gap="xs">
          {SOURCES.map((source) => (
            <Radio
              key={source}
              value={source}
              label={t(`new.source.${source}`)}
              description={t(`new.source.${source}Help`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {draft.source === 'backup' && <BackupSelect draft={draft} onDraft={onDraft} />}
      {draft.source === 'instant' && (
        <InstantInput
          label={t('new.asOf')}
          description={t('new.asOfHelp')}
          value={draft.asOf}
          isRequired
          onChange={(asOf) => onDraft({ ...draft, asOf })}
        />
      )}
      {draft.source === 'cause' && <CauseFields draft={draft} onDraft={onDraft} />}
    </Stack>
  );
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A list of what there is, in which an id that is not among it can be typed. */
function IdSelect({
  label,
  choices,
  value,
  onChange,
  description,
}: {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly description?: string;
}) {
  const { t } = useTranslation('restores');
  const [search, setSearch] = useState('');
  const typed = /^(?=.*\d)[\w-]{1,64}$/.test(search.trim()) ? search.trim() : '';
  const extra = [...new Set([value, typed])].filter(
    (id) => id !== '' && !choices.some((choice) => choice.value === id),
  );
  const data = [...choices, ...extra.map((id) => ({ value: id, label: t('new.byId', { id }) }))];
  return (
    <Select
      label={label}
      description={description}
      data={data}
      value={value === '' ? null : value}
      searchable
      required
      nothingFoundMessage={t('new.nothingFound')}
      onSearchChange={setSearch}
      onChange={(id) => onChange(id ?? '')}
      limit={MOST}
      maw={520}
    />
  );
}

const backupChoices = queryOptions({
  queryKey: ['backups', 'choices'],
  queryFn: ({ signal }) =>
    answered(api.GET('/backups/v1/backups', { params: { query: { limit: MOST } }, signal })),
});

function BackupSelect({ draft, onDraft }: StepProps) {
  const { t } = useTranslation('restores');
  const { time, number } = useFormats();
  const { data, error } = useQuery(backupChoices);
  const choices = (data?.results ?? [])
    .filter(({ status }) => status === 'COMPLETED')
    .map(({ id, asOf, counts }) => {
      const records = Object.values(counts).reduce((sum, count) => sum + count, 0);
      return { value: id, label: t('new.backupOf', { at: time(asOf), records: number(records), id }) };
    });
  return (
    <>
      <IdSelect
        label={t('new.backup')}
        choices={choices}
        value={draft.backupId ?? ''}
        onChange={(backupId) => onDraft({ ...draft, backupId })}
      />
      {error && <Failure error={error} />}
    </>
  );
}

/** What there is to choose from, for a kind of cause; undefined where an id has to be typed. */
function useCauseChoices(cause: Cause): readonly Choice[] | undefined {
  const { t } = useTranslation('restores');
  const { time } = useFormats();
  const page = { query: { limit: MOST } };
  const of = (one: Cause) => ({ enabled: cause === one, staleTime: 30_000 });
  const imports = useQuery({
    queryKey: ['imports', 'choices'],
    queryFn: ({ signal }) => answered(api.GET('/crm/v3/imports', { params: page, signal })),
    ...of('importId'),
  });
  const restores = useQuery({
    queryKey: ['restores', 'choices'],
    queryFn: ({ signal }) => answered(api.GET('/restores/v1/restores', { params: page, signal })),
    ...of('restoreId'),
  });
  const loads = useQuery({
    queryKey: ['loads', 'choices'],
    queryFn: ({ signal }) => answered(api.GET('/backups/v1/loads', { params: page, signal })),
    ...of('loadId'),
  });
  const keys = useQuery({
    queryKey: ['api-keys', 'choices'],
    queryFn: ({ signal }) => answered(api.GET('/auth/v1/api-keys', { signal })),
    ...of('apiKeyId'),
  });
  const people = useQuery({ ...ownersQuery, enabled: cause === 'userId' });
  const dated = (at: string, id: string) => t('new.dated', { at: time(at), id });
  switch (cause) {
    case 'importId':
      return (imports.data?.results ?? []).map(({ id, importName, createdAt }) => ({
        value: id,
        label: `${importName ?? ''} · ${dated(createdAt, id)}`,
      }));
    case 'restoreId':
      return (restores.data?.results ?? []).map(({ id, requestedAt }) => ({
        ...{ value: id, label: dated(requestedAt, id) },
      }));
    case 'loadId':
      return (loads.data?.results ?? [])
        .filter(({ dryRun }) => !dryRun)
        .map(({ id, fileName, requestedAt }) => ({
          ...{ value: id, label: `${fileName} · ${dated(requestedAt, id)}` },
        }));
    case 'apiKeyId':
      return (keys.data?.results ?? []).map(({ id, name }) => ({ value: id, label: name }));
    case 'userId':
      return (people.data ?? []).map((owner) => ({ value: owner.id, label: ownerName(owner) }));
    default:
      return undefined;
  }
}

function CauseFields({ draft, onDraft }: StepProps) {
  const { t } = useTranslation('restores');
  const { cause, causeId } = draft;
  const choices = useCauseChoices(cause);
  const onId = (id: string) => onDraft({ ...draft, causeId: id });
  return (
    <Stack>
      <Select
        label={t('new.cause')}
        data={CAUSES.map((one) => ({ value: one, label: t(`cause.choice.${one}`) }))}
        value={cause}
        allowDeselect={false}
        maw={520}
        onChange={(chosen) => onDraft({ ...draft, cause: chosen as Cause, causeId: '' })}
      />
      {choices ? (
        <IdSelect
          key={cause}
          label={t(`cause.${cause}`)}
          description={t(`cause.help.${cause}`)}
          choices={choices}
          value={causeId}
          onChange={onId}
        />
      ) : (
        <TextInput
          key={cause}
          label={t(`cause.${cause}`)}
          description={t(`cause.help.${cause}`)}
          value={causeId}
          required
          maw={520}
          onChange={({ currentTarget }) => onId(currentTarget.value)}
        />
      )}
      {cause !== 'entryId' && (
        <Group align="flex-start">
          <InstantInput
            label={t('new.from')}
            empty={t('new.fromEmpty')}
            value={draft.from}
            onChange={(from) => onDraft({ ...draft, from })}
          />
          <InstantInput
            label={t('new.to')}
            empty={t('new.toEmpty')}
            value={draft.to}
            onChange={(to) => onDraft({ ...draft, to })}
          />
        </Group>
      )}
    </Stack>
  );
}
