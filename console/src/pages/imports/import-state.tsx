// How far an import is, in a word.
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { Status } from '../../ui/shown';

export function ImportState({ state }: { readonly state: string }) {
  const { t } = useTranslation('imports');
  const label = i18next.exists(`state.${state}`, { ns: 'imports' })
    ? t(`state.${state}` as 'state.DONE')
    : state;
  return <Status status={state} label={label} />;
}
