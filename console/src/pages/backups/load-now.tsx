// The step from a dry run to the load itself: which file is of which type, what will be made that is missing, and the button.
import { Button, Card, Checkbox, Collapse, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useObjectLabel, useObjectTypes } from '../../api/object-types';
import { confirm } from '../../ui/confirm';
import { useFormats } from '../../words/formats';
import type { Load } from './backups.queries';
import { missingCount, type Plan } from './load-plan';
import { chosenFiles, DropZone, SendFailure, SendingBar, useSending } from './zip-upload';

const LEFT_OUT = '-';
/** Files of which the ZIP itself says what they are. */
const isTold = (name: string): boolean => !/\.csv$/i.test(name) || name === 'associations.csv';

interface Props {
  readonly load: Load;
  readonly plan: Plan;
}

export function LoadNow({ load, plan }: Props) {
  const { t } = useTranslation('backups');
  const { number } = useFormats();
  const navigate = useNavigate();
  const labelOf = useObjectLabel();
  const [file, setFile] = useState(() => chosenFiles.get(load.id));
  const [creates, setCreates] = useState(false);
  const [types, setTypes] = useState<Readonly<Record<string, string | null>>>(load.files);
  const [isNaming, { toggle }] = useDisclosure(false);
  const { sending, error, clearError, send, cancel } = useSending((made, sent) => {
    chosenFiles.set(made.id, sent);
    void navigate({ to: '/loads/$loadId', params: { loadId: made.id } });
  });
  const missing = missingCount(plan);
  const rows = plan.files.reduce((sum, one) => sum + (one.objectType === undefined ? 0 : one.rows), 0);
  const files = Object.keys(types).length > 0 ? JSON.stringify(types) : undefined;
  const isRenamed = JSON.stringify(types) !== JSON.stringify(load.files);
  const fields = {
    ...(files !== undefined && { files }),
    ...(creates && { createDefinitions: 'true' as const }),
  };
  const begin = async () => {
    const text = t('load.confirmText', { count: rows, shown: number(rows), file: load.fileName });
    if (await confirm({ title: t('load.confirmTitle'), text, confirm: t('load.now') }))
      await send(file!, fields);
  };
  const isWrongFile = file !== undefined && file.name !== load.fileName && load.fileName !== '';
  const isHindered = plan.problems.length > 0 || (missing > 0 && !creates);
  return (
    <Card withBorder component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t('load.nowTitle')}
        </Title>
        {missing > 0 && (
          <Checkbox
            checked={creates}
            onChange={({ currentTarget }) => setCreates(currentTarget.checked)}
            label={t('load.create', { count: missing, shown: number(missing) })}
            description={t('load.createHelp')}
          />
        )}
        {plan.source === 'OTHER' && (
          <div>
            <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={isNaming}>
              {t('load.name')}
            </Button>
            <Collapse expanded={isNaming}>
              <FileTypes plan={plan} types={types} onTypes={setTypes} />
            </Collapse>
          </div>
        )}
        {sending ? (
          <SendingBar sending={sending} onCancel={cancel} />
        ) : file === undefined ? (
          <DropZone onFile={setFile}>
            <Text size="xs" c="dimmed" ta="center">
              {t('load.chooseAgain', { file: load.fileName })}
            </Text>
          </DropZone>
        ) : (
          <Group>
            {isRenamed ? (
              <Button onClick={() => void send(file, { ...fields, dryRun: 'true' })}>
                {t('load.lookAgain')}
              </Button>
            ) : (
              <Button onClick={() => void begin()} disabled={isHindered}>
                {t('load.now')}
              </Button>
            )}
            <Text size="sm" c="dimmed">
              {t('load.fileIs', { file: file.name })}
            </Text>
            <Button variant="subtle" size="compact-sm" onClick={() => setFile(undefined)}>
              {t('load.another')}
            </Button>
          </Group>
        )}
        {isWrongFile && (
          <Text size="sm" role="alert">
            {t('load.otherFile', { file: load.fileName })}
          </Text>
        )}
        {plan.problems.length > 0 && <Text size="sm">{t('load.hindered')}</Text>}
        <SendFailure error={error} onDismiss={clearError} />
        <Text size="xs" c="dimmed">
          {t('load.nowNote', {
            types: plan.files
              .flatMap((one) => one.objectType ?? [])
              .map(labelOf)
              .join(', '),
          })}
        </Text>
      </Stack>
    </Card>
  );
}

interface FileTypesProps {
  readonly plan: Plan;
  readonly types: Readonly<Record<string, string | null>>;
  readonly onTypes: (types: Readonly<Record<string, string | null>>) => void;
}

/** Of which object type each file is, for files whose names do not say it. */
function FileTypes({ plan, types, onTypes }: FileTypesProps) {
  const { t } = useTranslation('backups');
  const known = useObjectTypes();
  const names = [...plan.files.map(({ name }) => name), ...plan.leftOut].filter((name) => !isTold(name));
  const data = [
    { value: LEFT_OUT, label: t('load.leaveOut') },
    ...known.map(({ name, label }) => ({ value: name, label })),
  ];
  return (
    <Stack gap="xs" maw={420} pt="xs">
      {names.map((name) => {
        const told = plan.files.find((one) => one.name === name)?.objectType;
        const given = types[name];
        return (
          <Select
            key={name}
            label={name}
            data={data}
            searchable
            value={given === null ? LEFT_OUT : (given ?? told ?? LEFT_OUT)}
            allowDeselect={false}
            onChange={(chosen) => onTypes({ ...types, [name]: chosen === LEFT_OUT ? null : chosen })}
          />
        );
      })}
    </Stack>
  );
}
