// Makes an alert, or changes one.
import {
  Alert as Notice,
  Button,
  Checkbox,
  Code,
  Group,
  Modal,
  NumberInput,
  Select,
  Stack,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { Copy } from '../../ui/shown';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { viewsQuery, type Alert } from './alerts.queries';

type Kind = Alert['kind'];
type Per = Alert['per'];

const kinds: readonly Kind[] = [
  ...(['FILTER', 'EXPORTS', 'ADMIN_REMOVED', 'MASS_DELETION', 'MASS_CHANGE'] as const),
  ...(['FAILED_LOGINS', 'NEW_COUNTRY', 'NEW_NETWORK'] as const),
];
const pers: readonly Per[] = ['account', 'actor', 'ip', 'target'];

interface Typed {
  readonly name: string;
  readonly kind: Kind;
  readonly q: string;
  readonly view: string | null;
  readonly per: Per;
  readonly threshold: number | string;
  readonly windowMinutes: number | string;
  readonly hasBaseline: boolean;
  readonly factor: number | string;
  readonly atLeast: number | string;
  readonly webhook: string;
}

const typedOf = (alert: Alert | undefined): Typed => ({
  name: alert?.name ?? '',
  kind: alert?.kind ?? 'FILTER',
  q: (alert?.filter as { q?: string } | null | undefined)?.q ?? '',
  view: null,
  per: alert?.per ?? 'account',
  threshold: alert ? (alert.threshold ?? '') : 10,
  windowMinutes: alert?.windowMinutes ?? 60,
  hasBaseline: alert ? alert.baseline !== null : false,
  factor: alert?.baseline?.factor ?? 4,
  atLeast: alert?.baseline?.atLeast ?? 10,
  webhook: alert?.webhook ?? '',
});

/** What is sent; the address of a receiver only where it was typed anew, since it is shown without its secrets. */
function bodyOf(typed: Typed, alert: Alert | undefined): Schemas['CreateAlertBody'] {
  const { name, kind, q, view, per, threshold, windowMinutes, hasBaseline, factor, atLeast, webhook } = typed;
  const search = view !== null ? { view } : q !== '' ? { filter: { ...filterBeside(alert), q } } : {};
  return {
    name,
    kind,
    ...(kind === 'FILTER' && { ...search, per }),
    threshold: threshold === '' ? null : Number(threshold),
    windowMinutes: Number(windowMinutes),
    baseline: hasBaseline ? { factor: Number(factor), atLeast: Number(atLeast) } : null,
    ...(webhook !== (alert?.webhook ?? '') && { webhook: webhook === '' ? null : webhook }),
  };
}

/** What an alert is filtered by beside its query: it stays. */
const filterBeside = (alert: Alert | undefined): object => alert?.filter ?? {};

export function AlertForm({ alert, onClose }: { readonly alert?: Alert; readonly onClose: () => void }) {
  const { t } = useTranslation(['alerts', 'common']);
  const queries = useQueryClient();
  const views = useQuery(viewsQuery);
  const [typed, setTyped] = useState(() => typedOf(alert));
  const set = (change: Partial<Typed>) => setTyped({ ...typed, ...change });
  const save = useMutation({
    mutationFn: async () => {
      const { kind, ...body } = bodyOf(typed, alert);
      if (!alert) return answered(api.POST('/audit/v1/alerts', { body: { kind, ...body } }));
      return answered(api.PATCH('/audit/v1/alerts/{id}', { params: { path: { id: alert.id } }, body }));
    },
    onSuccess: async (saved) => {
      tellDone(t('actions.saved'));
      await queries.invalidateQueries({ queryKey: ['alerts'] });
      if (secretOf(saved) === undefined) onClose();
    },
  });
  const secret = secretOf(save.data);
  if (secret !== undefined)
    return (
      <Modal opened onClose={onClose} title={t('form.secretTitle')}>
        <Stack>
          <Notice color="yellow">{t('form.secretText')}</Notice>
          <Group gap="xs" wrap="nowrap">
            <Code style={{ overflowWrap: 'anywhere' }}>{secret}</Code>
            <Copy value={secret} />
          </Group>
          <Button onClick={onClose}>{t('common:actions.close')}</Button>
        </Stack>
      </Modal>
    );
  return (
    <Modal opened onClose={onClose} size="lg" title={alert ? t('form.change') : t('form.new')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          <TextInput
            label={t('form.name')}
            value={typed.name}
            onChange={({ currentTarget }) => set({ name: currentTarget.value })}
            maxLength={100}
            required
            data-autofocus
          />
          {!alert && (
            <Select
              label={t('form.kind')}
              data={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
              value={typed.kind}
              onChange={(kind) => set({ kind: kind as Kind })}
              allowDeselect={false}
            />
          )}
          {typed.kind === 'FILTER' && (
            <>
              <TextInput
                label={t('form.q')}
                description={t('form.qHelp')}
                value={typed.q}
                onChange={({ currentTarget }) => set({ q: currentTarget.value })}
                disabled={typed.view !== null}
              />
              <Select
                label={t('form.view')}
                description={t('form.viewHelp')}
                data={(views.data?.results ?? []).map(({ id, name }) => ({ value: id, label: name }))}
                value={typed.view}
                onChange={(view) => set({ view })}
                clearable
                searchable
              />
              <Select
                label={t('form.per')}
                data={pers.map((value) => ({ value, label: t(`per.${value}`) }))}
                value={typed.per}
                onChange={(per) => set({ per: per as Per })}
                allowDeselect={false}
              />
            </>
          )}
          <Group grow align="flex-start">
            <NumberInput
              label={t('form.threshold')}
              description={t('form.thresholdHelp')}
              value={typed.threshold}
              onChange={(threshold) => set({ threshold })}
              min={1}
              allowDecimal={false}
              required={!typed.hasBaseline}
            />
            <NumberInput
              label={t('form.window')}
              description={' '}
              value={typed.windowMinutes}
              onChange={(windowMinutes) => set({ windowMinutes })}
              min={1}
              max={10_080}
              allowDecimal={false}
              required
            />
          </Group>
          <Checkbox
            label={t('form.baseline')}
            checked={typed.hasBaseline}
            onChange={({ currentTarget }) => set({ hasBaseline: currentTarget.checked })}
          />
          {typed.hasBaseline && (
            <Group grow>
              <NumberInput
                label={t('form.factor')}
                value={typed.factor}
                onChange={(factor) => set({ factor })}
                min={1}
              />
              <NumberInput
                label={t('form.atLeast')}
                value={typed.atLeast}
                onChange={(atLeast) => set({ atLeast })}
                min={1}
                allowDecimal={false}
              />
            </Group>
          )}
          <TextInput
            label={t('form.webhook')}
            description={t('form.webhookHelp')}
            type="url"
            value={typed.webhook}
            onChange={({ currentTarget }) => set({ webhook: currentTarget.value })}
          />
          {save.error && <Failure error={save.error} onDismiss={save.reset} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('common:actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The secret is answered once, where the address of a receiver was set. */
const secretOf = (answer: unknown): string | undefined =>
  (answer as { readonly webhookSecret?: string } | undefined)?.webhookSecret;
