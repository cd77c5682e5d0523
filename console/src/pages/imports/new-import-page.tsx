// A new import: files are chosen and seen as they are read, their columns mapped, the import tried, and then run.
import { Alert, Button, Group, List, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { upload } from '../../api/client';
import { ApiError } from '../../api/errors';
import { useObjectLabel } from '../../api/object-types';
import { confirm } from '../../ui/confirm';
import { Page } from '../../ui/page';
import { ProgressBar, type Done } from '../../ui/progress';
import { Answer, Failure, Loading } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { DropFiles } from './drop-files';
import { FilePanel } from './file-panel';
import { importQuery, type Import } from './imports.queries';
import { operations, pruned, typesOf, withFile, type ImportRequest, type Operation } from './import-request';
import { Trial } from './trial';
import { useImportForm } from './use-import-form';

export default function NewImportPage() {
  const { t } = useTranslation('imports');
  const { again, objectType } = useSearch({ from: '/shell/imports/new' });
  const template = useQuery({ ...importQuery(again ?? ''), enabled: again !== undefined });
  return (
    <Page title={t('form.title')} lead={t('form.lead')} above={[{ label: t('title'), to: '/imports' }]}>
      {again === undefined ? (
        <Form objectType={objectType} />
      ) : (
        <Answer query={template}>{(found) => <Form template={found} objectType={objectType} />}</Answer>
      )}
    </Page>
  );
}

/** Which columns problems are about, by the place that the server names; those of no column are told by themselves. */
function placed(problems: readonly { readonly in: string; readonly message: string }[]) {
  const columns = new Map<number, Map<number, string>>();
  const others: string[] = [];
  for (const { in: place, message } of problems) {
    const [, file, column] = /files\.(\d+)\.fileImportPage\.columnMappings\.(\d+)/.exec(place) ?? [];
    if (column === undefined) others.push(`${place}: ${message}`);
    else {
      const its = columns.get(Number(file)) ?? new Map<number, string>();
      columns.set(Number(file), its.set(Number(column), message));
    }
  }
  return { columns, others };
}

function Form({
  template,
  objectType,
}: {
  readonly template?: Import;
  readonly objectType: string | undefined;
}) {
  const { t } = useTranslation(['imports', 'common']);
  const { number } = useFormats();
  const labelOf = useObjectLabel();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useImportForm(template?.importRequestJson as ImportRequest | undefined, objectType);
  const { files, request, preview } = form;
  const [name, setName] = useState<string>();
  const [sent, setSent] = useState<Done>();
  const [trial, setTrial] = useState<{ readonly importId: string; readonly of: string }>();
  const [isLeaving, setLeaving] = useState(false);
  const sending = useRef<AbortController>(undefined);
  const usualName = request.name ?? '';
  const whole = { ...pruned(request), name: name?.trim() || usualName };
  const text = JSON.stringify(whole);
  useBlocker({
    shouldBlockFn: async () =>
      files.length > 0 &&
      !isLeaving &&
      !(await confirm({ title: t('form.title'), text: t('form.leave'), confirm: t('common:actions.back') })),
    enableBeforeUnload: () => files.length > 0 && !isLeaving,
  });
  const send = useMutation({
    mutationFn: (dryRun: boolean) => {
      const body = new FormData();
      body.append('importRequest', JSON.stringify({ ...whole, dryRun }));
      for (const file of files) body.append('files', file, file.name);
      sending.current = new AbortController();
      setSent({ done: 0, total: files.reduce((sum, { size }) => sum + size, 0) });
      const onSent = (done: number, total: number) => setSent({ done, total });
      return upload<Import>('/crm/v3/imports', body, onSent, sending.current.signal);
    },
    onSuccess: async ({ id }, dryRun) => {
      if (dryRun) return setTrial({ importId: id, of: text });
      setLeaving(true);
      await queries.invalidateQueries({ queryKey: ['imports', 'list'] });
      await navigate({ to: '/imports/$importId', params: { importId: id }, ignoreBlocker: true });
    },
    onSettled: () => setSent(undefined),
  });
  const tried = useQuery({ ...importQuery(trial?.importId ?? ''), enabled: trial !== undefined });
  const isTried = trial?.of === text && tried.data?.state === 'DONE';
  const run = async () => {
    const errors = isTried ? (tried.data?.metadata.counters.ERRORS ?? 0) : 0;
    const isSure =
      errors === 0 ||
      (await confirm({
        title: t('form.runTitle'),
        text: t('form.runText', { count: errors, shown: number(errors) }),
        confirm: t('form.run'),
      }));
    if (isSure) send.mutate(false);
  };
  const { columns, others } = placed(preview?.problems ?? []);
  const mayRun =
    preview !== undefined && preview.problems.length === 0 && !form.isLooking && form.error === null;
  const isTooLarge = send.error instanceof ApiError && send.error.status === 413;
  const wasStopped = send.error instanceof DOMException;
  return (
    <Stack gap="md">
      {template && <Alert color="blue">{t('form.again', { name: template.importName })}</Alert>}
      <DropFiles form={form} />
      {form.error && <Failure error={form.error} />}
      {files.map((picked, n) => (
        <FilePanel
          key={picked.name}
          picked={picked}
          request={request}
          file={request.files[n]!}
          seen={preview?.files.find(({ fileName }) => fileName === picked.name)}
          problems={columns.get(n) ?? new Map<number, string>()}
          onChange={(file) => form.change(withFile(request, n, () => file))}
          onType={(type) => form.retype(n, type)}
          onRemove={() => form.remove(n)}
        />
      ))}
      {form.isLooking && !preview && <Loading label={t('form.reading')} />}
      {preview && files.length > 0 && (
        <>
          {files.length > 1 && (
            <Text size="sm" c="dimmed">
              {t('form.between')}
            </Text>
          )}
          <Stack gap="xs">
            <Title order={2} size="h4">
              {t('form.operations')}
            </Title>
            {typesOf(request).map((type) => (
              <Select
                key={type}
                label={labelOf(type)}
                maw={420}
                allowDeselect={false}
                data={operations.map((one) => ({ value: one, label: t(`form.operation.${one}`) }))}
                value={request.importOperations?.[type] ?? 'UPSERT'}
                onChange={(chosen) =>
                  form.change({
                    ...request,
                    importOperations: { ...request.importOperations, [type]: chosen as Operation },
                  })
                }
              />
            ))}
            <TextInput
              label={t('form.name')}
              maw={420}
              maxLength={500}
              value={name ?? usualName}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
          </Stack>
          {others.length > 0 && (
            <Alert color="red" role="alert" title={t('form.problems')}>
              <List size="sm">
                {others.map((one) => (
                  <List.Item key={one}>{one}</List.Item>
                ))}
              </List>
            </Alert>
          )}
          {send.error &&
            (wasStopped ? (
              <Alert color="yellow">{t('form.stopped')}</Alert>
            ) : (
              <>
                {isTooLarge && <Alert color="red">{t('form.tooLarge')}</Alert>}
                <Failure error={send.error} onDismiss={send.reset} />
              </>
            ))}
          {sent && (
            <Group gap="sm" align="flex-end">
              <div style={{ flex: 1 }}>
                <Text size="sm">{t('form.sending')}</Text>
                <ProgressBar progress={sent} label={t('form.sending')} />
              </div>
              <Button size="xs" variant="default" onClick={() => sending.current?.abort()}>
                {t('form.stop')}
              </Button>
            </Group>
          )}
          {trial && <Trial importId={trial.importId} isStale={trial.of !== text} />}
          <Group gap="xs">
            <Button
              variant={isTried ? 'default' : 'filled'}
              disabled={!mayRun}
              loading={send.isPending && send.variables}
              onClick={() => send.mutate(true)}
            >
              {t('form.dryRun')}
            </Button>
            <Button
              variant={isTried ? 'filled' : 'default'}
              disabled={!mayRun || (send.isPending && send.variables)}
              loading={send.isPending && !send.variables}
              onClick={() => void run()}
            >
              {t('form.run')}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
