// Accepts an invitation with a password of one's own, and signs in with it.
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { ApiError } from '../../api/errors';
import { When } from '../../ui/shown';
import { Answer } from '../../ui/states';
import { DeadLink } from './dead-link';
import { Frame } from './frame';
import { NewPasswordForm } from './new-password-form';
import { invitationQuery } from './signing.queries';
import { useSecretLink } from './secret-link';

export default function InvitationPage() {
  const { t } = useTranslation(['signing', 'common']);
  const token = useSecretLink('/invitation');
  const query = useQuery({ ...invitationQuery(token ?? ''), enabled: token !== undefined });
  if (token === undefined) return <DeadLink title={t('invitation.title')} why={t('noToken')} />;
  if (query.error instanceof ApiError && query.error.status < 500)
    return <DeadLink title={t('invitation.title')} why={t('common:errors.codes.INVITATION_INVALID')} />;
  return (
    <Answer query={query}>
      {({ email, expiresAt }) => (
        <Frame
          title={t('invitation.title')}
          lead={
            <>
              <Text size="sm">{t('invitation.lead', { email })}</Text>
              {expiresAt !== null && (
                <Text size="sm">
                  {t('invitation.until')} <When at={expiresAt} />
                </Text>
              )}
            </>
          }
        >
          <NewPasswordForm
            email={email}
            submit={t('invitation.submit')}
            set={(password) =>
              answered(api.POST('/auth/v1/invitations/accept', { body: { token, password } }))
            }
            path="/"
          />
        </Frame>
      )}
    </Answer>
  );
}
