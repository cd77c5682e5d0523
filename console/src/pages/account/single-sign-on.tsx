// Who may, and who must, sign in at the provider.
import { Alert, Button, Checkbox, Paper, Stack, TagsInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api, type Schemas } from '../../api/client';
import { Answer, Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { ssoQuery } from './account.queries';

export function SingleSignOn() {
  const sso = useQuery(ssoQuery);
  return <Answer query={sso}>{(data) => <Form key={JSON.stringify(data)} sso={data} />}</Answer>;
}

function Form({ sso }: { readonly sso: Schemas['SsoView'] }) {
  const { t } = useTranslation(['account', 'common']);
  const queries = useQueryClient();
  const { isSetUp, ...settings } = sso;
  const [typed, setTyped] = useState(settings);
  const save = useMutation({
    mutationFn: () => answered(api.PUT('/settings/v1/sso', { body: typed })),
    onSuccess: async () => {
      tellDone(t('saved'));
      await queries.invalidateQueries({ queryKey: ['account'] });
    },
  });
  return (
    <Stack maw={640}>
      {!isSetUp && (
        <Alert color="gray" title={t('sso.notSetUp')}>
          {t('sso.notSetUpText')}
        </Alert>
      )}
      <Paper withBorder p="md">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate();
          }}
        >
          <Stack>
            {(['allowed', 'makesUsers', 'required'] as const).map((name) => (
              <Checkbox
                key={name}
                label={t(`sso.${name}`)}
                checked={typed[name]}
                onChange={({ currentTarget }) => setTyped({ ...typed, [name]: currentTarget.checked })}
              />
            ))}
            <TagsInput
              label={t('sso.breakGlass')}
              description={t('sso.breakGlassHelp')}
              value={typed.breakGlass}
              onChange={(breakGlass) => setTyped({ ...typed, breakGlass })}
            />
            {save.error && <Failure error={save.error} onDismiss={save.reset} />}
            <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
              {t('common:actions.save')}
            </Button>
          </Stack>
        </form>
      </Paper>
    </Stack>
  );
}
