// Makes the first super admin by the link that the server printed, signs them in, and leads to a second factor.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { Answer } from '../../ui/states';
import { DeadLink, ToSignIn } from './dead-link';
import { Frame } from './frame';
import { NewPasswordForm } from './new-password-form';
import { setUpQuery } from './signing.queries';
import { useSecretLink } from './secret-link';

export default function SetUpPage() {
  const { t } = useTranslation('signing');
  const token = useSecretLink('/set-up');
  const query = useQuery({ ...setUpQuery, refetchOnWindowFocus: false });
  return (
    <Answer query={query}>
      {({ open }) => {
        if (!open) return <DeadLink title={t('setUp.title')} why={t('setUp.done')} />;
        if (token === undefined) return <DeadLink title={t('setUp.title')} why={t('setUp.noToken')} />;
        return (
          <Frame title={t('setUp.title')} lead={t('setUp.lead')}>
            <NewPasswordForm
              submit={t('setUp.submit')}
              set={(password, email) =>
                answered(api.POST('/auth/v1/setup', { body: { token, email, password } }))
              }
              path="/profile?tab=second-factor&welcome=true"
            />
            <ToSignIn />
          </Frame>
        );
      }}
    </Answer>
  );
}
