// The tier, what everybody who signs in is asked for, and from how many records on a restore needs a second person.
import { Button, Checkbox, NumberInput, Paper, Select, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { useMe } from '../../api/session';
import { Facts } from '../../ui/shown';
import { Answer, Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { useFormats } from '../../words/formats';
import { accountQuery } from './account.queries';

type Settings = Schemas['ChangeAccountBody'] & {
  readonly tier: NonNullable<Schemas['ChangeAccountBody']['tier']>;
};
const tiers = ['STARTER', 'PROFESSIONAL', 'ENTERPRISE'] as const;

export function General() {
  const account = useQuery(accountQuery);
  return (
    <Answer query={account}>
      {(data) => <Form key={JSON.stringify(data)} settings={{ ...data, addOns: [...data.addOns] }} />}
    </Answer>
  );
}

function Form({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation(['account', 'common']);
  const { list } = useFormats();
  const queries = useQueryClient();
  const { account } = useMe();
  const [typed, setTyped] = useState(settings);
  const set = (change: Partial<Settings>) => setTyped({ ...typed, ...change });
  const save = useMutation({
    mutationFn: () => answered(api.PUT('/settings/v1/account', { body: changed(settings, typed) })),
    onSuccess: async () => {
      tellDone(t('saved'));
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['account'] }),
        queries.invalidateQueries({ queryKey: ['me'] }),
      ]);
    },
  });
  const hasThreshold = typed.approvalThreshold !== 'off';
  return (
    <Stack>
      <Paper withBorder p="md">
        <Facts
          facts={[
            [t('general.portal'), String(account.portalId)],
            [t('general.features'), list([...account.features])],
          ]}
        />
      </Paper>
      <Paper withBorder p="md" maw={640}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <Stack>
            <Select
              label={t('general.tier')}
              description={t('general.tierHelp')}
              data={tiers.map((value) => ({ value, label: t(`general.tiers.${value}`) }))}
              value={typed.tier}
              onChange={(tier) => set({ tier: tier as Settings['tier'] })}
              allowDeselect={false}
            />
            <Checkbox
              label={t('general.addOn')}
              checked={typed.addOns?.includes('CONTENT_ENTERPRISE') ?? false}
              onChange={({ currentTarget }) =>
                set({ addOns: currentTarget.checked ? ['CONTENT_ENTERPRISE'] : [] })
              }
            />
            <Checkbox
              label={t('general.require2fa')}
              description={t('general.require2faHelp')}
              checked={typed.require2fa ?? false}
              onChange={({ currentTarget }) => set({ require2fa: currentTarget.checked })}
            />
            <Checkbox
              label={t('general.requireSso')}
              description={t('general.requireSsoHelp')}
              checked={typed.requireSso ?? false}
              onChange={({ currentTarget }) => set({ requireSso: currentTarget.checked })}
            />
            <Checkbox
              label={t('general.thresholdOff')}
              checked={!hasThreshold}
              onChange={({ currentTarget }) =>
                set({ approvalThreshold: currentTarget.checked ? 'off' : 300 })
              }
            />
            {hasThreshold && (
              <NumberInput
                label={t('general.threshold')}
                description={t('general.thresholdHelp')}
                value={typed.approvalThreshold}
                onChange={(value) => set({ approvalThreshold: Number(value) })}
                min={0}
                allowDecimal={false}
                maw={280}
              />
            )}
            {save.error && <Failure error={save.error} onDismiss={save.reset} />}
            <Button
              type="submit"
              loading={save.isPending}
              disabled={Object.keys(changed(settings, typed)).length === 0}
              style={{ alignSelf: 'flex-start' }}
            >
              {t('common:actions.save')}
            </Button>
          </Stack>
        </form>
      </Paper>
    </Stack>
  );
}

/** Only what was changed: what somebody else changes meanwhile stays. */
function changed(before: Settings, after: Settings): Schemas['ChangeAccountBody'] {
  const names = Object.keys(after) as (keyof Settings)[];
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [name, after[name]]),
  );
}
