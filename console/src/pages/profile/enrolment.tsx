// Sets up a second factor in two steps: scan the picture, then give a first code.
import { Button, Code, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { proofBody, type Proof } from '../../api/sign-in';
import { CodeField, NO_PROOF } from '../../ui/code-field';
import { Copy } from '../../ui/shown';
import { Failure } from '../../ui/states';

export function Enrolment({ onActive }: { readonly onActive: (recoveryCodes: readonly string[]) => void }) {
  const { t } = useTranslation(['profile', 'common']);
  const [proof, setProof] = useState<Proof>(NO_PROOF);
  const enrolling = useMutation({
    mutationFn: () => answered(api.POST('/auth/v1/2fa/enroll')),
  });
  const activating = useMutation({
    mutationFn: async () => {
      const body = { totp: proofBody(proof).totp ?? '' };
      return (await answered(api.POST('/auth/v1/2fa/activate', { body }))).recoveryCodes;
    },
    onSuccess: onActive,
    onError: () => setProof(NO_PROOF),
  });
  const made = enrolling.data;
  if (!made)
    return (
      <Stack align="flex-start">
        <Button onClick={() => enrolling.mutate()} loading={enrolling.isPending}>
          {t('enrol.begin')}
        </Button>
        {enrolling.error && <Failure error={enrolling.error} onDismiss={() => enrolling.reset()} />}
      </Stack>
    );
  return (
    <Paper withBorder p="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          activating.mutate();
        }}
      >
        <Stack>
          <Title order={2} size="h4">
            {t('enrol.title')}
          </Title>
          <List type="ordered" size="sm" spacing="xs">
            <List.Item>{t('enrol.step1')}</List.Item>
            <List.Item>{t('enrol.step2')}</List.Item>
            <List.Item>{t('enrol.step3')}</List.Item>
          </List>
          <Group align="flex-start" gap="lg">
            {/* As a picture, never as part of the page: what it holds cannot run. */}
            <img
              src={`data:image/svg+xml;utf8,${encodeURIComponent(made.qrCodeSvg)}`}
              alt={t('enrol.qrCode')}
              width={200}
              height={200}
              style={{ background: '#fff', borderRadius: 4, padding: 4 }}
            />
            <Stack gap={4} style={{ flex: 1, minWidth: 220 }}>
              <Text size="sm">{t('enrol.secret')}</Text>
              <Group gap={4} wrap="nowrap">
                <Code style={{ overflowWrap: 'anywhere', fontSize: 14 }}>{inGroups(made.secret)}</Code>
                <Copy value={made.secret} label={t('enrol.copySecret')} />
              </Group>
            </Stack>
          </Group>
          <CodeField proof={proof} onChange={setProof} onlyCode />
          {activating.error && <Failure error={activating.error} onDismiss={() => activating.reset()} />}
          <Group>
            <Button type="submit" loading={activating.isPending}>
              {t('enrol.activate')}
            </Button>
            <Button variant="default" onClick={() => enrolling.reset()}>
              {t('common:actions.cancel')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

/** Read aloud or typed more easily. */
const inGroups = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');
