// The second factor: whether there is one, setting one up, new recovery codes, and switching it off.
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconShieldCheck, IconShieldOff } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { meQuery, useMe } from '../../api/session';
import { proofBody, type Proof } from '../../api/sign-in';
import { CodeField, NO_PROOF } from '../../ui/code-field';
import { Failure } from '../../ui/states';
import { tellDone } from '../../ui/told';
import { Enrolment } from './enrolment';
import { RecoveryCodes } from './recovery-codes';

type Act = 'newCodes' | 'off';

export function SecondFactorTab() {
  const { t } = useTranslation('profile');
  const { secondFactor, session } = useMe();
  const queries = useQueryClient();
  const [codes, setCodes] = useState<readonly string[]>();
  const [act, setAct] = useState<Act>();
  const refresh = () => queries.invalidateQueries({ queryKey: meQuery.queryKey });
  return (
    <Stack maw={640}>
      {secondFactor.active ? (
        <>
          <Alert color="teal" icon={<IconShieldCheck aria-hidden />} title={t('factor.on')}>
            {t('factor.onText')}
          </Alert>
          <Group>
            <Button variant="default" onClick={() => setAct('newCodes')}>
              {t('factor.newCodes.action')}
            </Button>
            <Button variant="default" c="red" onClick={() => setAct('off')}>
              {t('factor.off.action')}
            </Button>
          </Group>
        </>
      ) : (
        <>
          <Alert color="orange" icon={<IconShieldOff aria-hidden />} title={t('factor.none')}>
            {t('factor.noneText')}
            {session?.loginType === 'SSO' && <Text size="sm">{t('factor.sso')}</Text>}
          </Alert>
          <Enrolment
            onActive={(made) => {
              setCodes(made);
              void refresh();
            }}
          />
        </>
      )}
      {act && (
        <ActDialog
          act={act}
          onClose={() => setAct(undefined)}
          onDone={(made) => {
            setAct(undefined);
            setCodes(made);
            if (act === 'off') tellDone(t('factor.off.done'));
            void refresh();
          }}
        />
      )}
      {codes && <RecoveryCodes codes={codes} onStored={() => setCodes(undefined)} />}
    </Stack>
  );
}

/** Asks for the code that an act on the second factor takes. */
function ActDialog({
  act,
  onClose,
  onDone,
}: {
  readonly act: Act;
  readonly onClose: () => void;
  readonly onDone: (codes: readonly string[] | undefined) => void;
}) {
  const { t } = useTranslation(['profile', 'common']);
  const [proof, setProof] = useState<Proof>(NO_PROOF);
  const doing = useMutation({
    mutationFn: async () => {
      const body = proofBody(proof);
      if (act === 'off') {
        await answered(api.DELETE('/auth/v1/2fa', { body }));
        return undefined;
      }
      const made = api.POST('/auth/v1/2fa/recovery-codes', { body: { totp: body.totp ?? '' } });
      return (await answered(made)).recoveryCodes;
    },
    onSuccess: onDone,
    onError: () => setProof({ ...proof, value: '' }),
  });
  return (
    <Modal opened onClose={onClose} title={t(`factor.${act}.title`)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          doing.mutate();
        }}
      >
        <Stack>
          <Text size="sm">{t(`factor.${act}.text`)}</Text>
          <CodeField proof={proof} onChange={setProof} onlyCode={act === 'newCodes'} />
          {doing.error && <Failure error={doing.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:actions.cancel')}
            </Button>
            <Button type="submit" loading={doing.isPending} {...(act === 'off' && { color: 'red' })}>
              {t(`factor.${act}.confirm`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
