// What happens once somebody has signed in: what was asked for as nobody is forgotten, and the page they wanted opens.
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import i18next from 'i18next';
import { meQuery } from '../../api/session';
import { signIn, type Proof } from '../../api/sign-in';
import { tellDone } from '../../ui/told';

/** Fewer than these are told of, so that nobody is left without. */
const FEW_CODES = 4;

export function useSigningIn() {
  const queries = useQueryClient();
  const router = useRouter();
  return async (email: string, password: string, path: string, proof?: Proof): Promise<void> => {
    const { recoveryCodesLeft: left } = await signIn(email, password, proof);
    queries.clear();
    await queries.fetchQuery(meQuery);
    router.history.replace(path);
    if (left !== undefined && left < FEW_CODES) tellDone(i18next.t('signing:codesLeft', { count: left }));
  };
}
