// The way to a plan of a restore, in steps: where from, of what, and what else is to happen. Nothing is changed by a plan.
import { Alert, Button, Card, Checkbox, Group, Stack, Stepper, Text, Title } from '@mantine/core';
import { useSessionStorage } from '@mantine/hooks';
import { IconInfoCircle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { Page } from '../../ui/page';
import { Facts } from '../../ui/shown';
import { Failure } from '../../ui/states';
import {
  draftOf,
  objectsOf,
  planRequestOf,
  selectionLacks,
  sourceLacks,
  undoRequestOf,
  type Draft,
} from './draft';
import { ModeList, MODES, SelectionList, useInstantText, useSourceText } from './policy';
import { SelectionStep } from './selection-step';
import { SourceStep } from './source-step';

const STEPS = ['source', 'selection', 'modes', 'check'] as const;
type Step = (typeof STEPS)[number];

export default function NewRestorePage() {
  const { t } = useTranslation('restores');
  const { step: asked, ...seed } = useSearch({ from: '/shell/restores/new' });
  const navigate = useNavigate({ from: '/restores/new' });
  // What was put together is kept for what the address began with, so that the page can be left and come back to.
  const [draft, setDraft, forget] = useSessionStorage<Draft>({
    key: `strata.new-restore.${JSON.stringify(seed)}`,
    defaultValue: draftOf(seed),
    getInitialValueInEffect: false,
  });
  const steps = STEPS.filter((step) => step !== 'selection' || draft.source !== 'cause');
  const lacks: Partial<Record<Step, ReturnType<typeof sourceLacks>>> = {
    source: sourceLacks(draft),
    selection: selectionLacks(draft),
  };
  // Nobody comes further than to the first step that lacks something.
  const furthest = steps.findIndex((step) => lacks[step] !== undefined);
  const last = furthest < 0 ? steps.length - 1 : furthest;
  const at = Math.min(Math.max(0, steps.indexOf(asked as Step)), last);
  const step = steps[at]!;
  const lack = lacks[step];
  const go = (to: number) => void navigate({ search: (now) => ({ ...now, step: steps[to] }) });
  return (
    <Page above={[{ label: t('title'), to: '/restores' }]} title={t('new.title')} lead={t('new.lead')}>
      <Stepper active={at} onStepClick={go} size="sm" allowNextStepsSelect={false}>
        {steps.map((name, index) => (
          <Stepper.Step key={name} label={t(`new.steps.${name}`)} allowStepSelect={index <= last} />
        ))}
      </Stepper>
      <Card withBorder component="section" aria-label={t(`new.steps.${step}`)}>
        <Stack>
          <Title order={2} size="h4">
            {t(`new.steps.${step}`)}
          </Title>
          {step === 'source' && <SourceStep draft={draft} onDraft={setDraft} />}
          {step === 'selection' && <SelectionStep draft={draft} onDraft={setDraft} />}
          {step === 'modes' && <ModesStep draft={draft} onDraft={setDraft} />}
          {step === 'check' && <CheckStep draft={draft} onMade={forget} />}
          <Group justify="space-between">
            <Button variant="default" disabled={at === 0} onClick={() => go(at - 1)}>
              {t('new.back')}
            </Button>
            {step !== 'check' && (
              <Group gap="sm">
                {lack && (
                  <Text size="sm" c="dimmed" aria-live="polite">
                    {t(`new.lacks.${lack}`)}
                  </Text>
                )}
                <Button disabled={lack !== undefined} onClick={() => go(at + 1)}>
                  {t('new.next')}
                </Button>
              </Group>
            )}
          </Group>
        </Stack>
      </Card>
    </Page>
  );
}

export interface StepProps {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}

function ModesStep({ draft, onDraft }: StepProps) {
  const { t } = useTranslation('restores');
  const kind = draft.source === 'cause' ? 'undo' : 'plain';
  return (
    <Stack gap="sm">
      <Text size="sm">{t(`new.modes.${kind}`)}</Text>
      {MODES.map((mode) => (
        <Checkbox
          key={mode}
          checked={draft.modes[mode]}
          label={t(`modes.${kind}.${mode}.label`)}
          description={t(`modes.${kind}.${mode}.${draft.modes[mode] ? 'on' : 'off'}`)}
          onChange={({ currentTarget }) =>
            onDraft({ ...draft, modes: { ...draft.modes, [mode]: currentTarget.checked } })
          }
        />
      ))}
    </Stack>
  );
}

function CheckStep({ draft, onMade }: { readonly draft: Draft; readonly onMade: () => void }) {
  const { t } = useTranslation('restores');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const sourceText = useSourceText();
  const instantText = useInstantText();
  const isUndo = draft.source === 'cause';
  const make = useMutation({
    mutationFn: () =>
      answered(
        isUndo
          ? api.POST('/restores/v1/plans/undo', { body: undoRequestOf(draft) })
          : api.POST('/restores/v1/plans', { body: planRequestOf(draft) }),
      ),
    onSuccess: async ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['plans'] });
      await navigate({ to: '/restores/plans/$planId', params: { planId: id } });
      onMade();
    },
  });
  const { backupId, asOf = '', from, to } = draft;
  const source = isUndo
    ? { undo: { [draft.cause]: draft.causeId } }
    : draft.source === 'backup'
      ? { backupId: backupId! }
      : { asOf };
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          [t('new.steps.source'), sourceText({ source, position: asOf })],
          isUndo &&
            (from !== undefined || to !== undefined) && [
              t('plan.window'),
              `${from === undefined ? '…' : instantText(from)} – ${to === undefined ? '…' : instantText(to)}`,
            ],
          [t('plan.of'), isUndo ? t('plan.ofCause') : <SelectionList key="of" objects={objectsOf(draft)} />],
          [t('plan.policy'), <ModeList key="modes" modes={draft.modes} isUndo={isUndo} />],
        ]}
      />
      <Alert color="blue" icon={<IconInfoCircle aria-hidden />}>
        {t('new.nothingYet')}
      </Alert>
      {make.error && <Failure error={make.error} onDismiss={make.reset} />}
      <Button loading={make.isPending} onClick={() => make.mutate()} style={{ alignSelf: 'flex-end' }}>
        {t('new.make')}
      </Button>
    </Stack>
  );
}
