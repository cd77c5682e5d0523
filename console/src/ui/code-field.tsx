// The field for a code of the second factor, with a way to give a recovery code in its place.
import { Button, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Proof } from '../api/sign-in';

export const NO_PROOF: Proof = { kind: 'totp', value: '' };

export function CodeField({
  proof,
  onChange,
  onlyCode = false,
}: {
  readonly proof: Proof;
  readonly onChange: (proof: Proof) => void;
  /** A recovery code does not count here. */
  readonly onlyCode?: boolean;
}) {
  const { t } = useTranslation();
  const { kind, value } = proof;
  const isCode = kind === 'totp';
  return (
    <Stack gap={4} align="stretch">
      <TextInput
        key={kind}
        label={t(isCode ? 'fields.code' : 'fields.recoveryCode')}
        description={t(isCode ? 'fields.codeHelp' : 'fields.recoveryCodeHelp')}
        value={value}
        onChange={({ currentTarget }) => onChange({ kind, value: currentTarget.value })}
        autoComplete={isCode ? 'one-time-code' : 'off'}
        inputMode={isCode ? 'numeric' : 'text'}
        maxLength={isCode ? 10 : 64}
        spellCheck={false}
        data-autofocus
        autoFocus
        required
        withAsterisk={false}
      />
      {!onlyCode && (
        <Button
          variant="subtle"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          onClick={() => onChange({ kind: isCode ? 'recoveryCode' : 'totp', value: '' })}
        >
          {t(isCode ? 'fields.useRecoveryCode' : 'fields.useCode')}
        </Button>
      )}
    </Stack>
  );
}
