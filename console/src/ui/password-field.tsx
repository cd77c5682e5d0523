// Fields for passwords: one that is known, and a new one with what is asked of it.
import { PasswordInput, Text, type PasswordInputProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { isCode } from '../api/errors';
import { useErrorText } from './states';

const LEAST = 12;

interface Props extends Omit<PasswordInputProps, 'value' | 'onChange'> {
  readonly value: string;
  readonly onChange: (password: string) => void;
}

/** A password that is known; whoever cannot see the button for showing it is told what it does. */
export function PasswordField({ onChange, label, ...props }: Props) {
  const { t } = useTranslation();
  const [isVisible, { toggle }] = useDisclosure();
  return (
    <PasswordInput
      label={label ?? t('fields.password')}
      autoComplete="current-password"
      required
      withAsterisk={false}
      visible={isVisible}
      onVisibilityChange={toggle}
      visibilityToggleButtonProps={{
        'aria-label': t(isVisible ? 'fields.hidePassword' : 'fields.showPassword'),
        tabIndex: 0,
      }}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      {...props}
    />
  );
}

/** Whether a new password is long enough to be sent; the server says whether it is easily guessed. */
export const isLongEnough = (password: string): boolean => password.length >= LEAST;

/** A new password: how long it has to be, and, once the server said so, that it is easily guessed. */
export function NewPasswordField({
  error,
  ...props
}: Omit<Props, 'error'> & {
  /** Of the last try: shown here where it is about the new password. */
  readonly error?: unknown;
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const missing = LEAST - props.value.length;
  const length =
    props.value === '' ? undefined : (
      <Text span size="xs" role="status" c={missing > 0 ? undefined : 'teal'}>
        {missing > 0 ? t('fields.passwordMissing', { count: missing }) : `✓ ${t('fields.passwordLong')}`}
      </Text>
    );
  return (
    <div>
      <PasswordField
        label={t('fields.newPassword')}
        description={t('fields.newPasswordHelp')}
        autoComplete="new-password"
        minLength={LEAST}
        maxLength={1024}
        error={isCode(error, 'PASSWORD_KNOWN') ? errorText(error) : undefined}
        {...props}
      />
      {length}
    </div>
  );
}
