// How a job stands, in words.
import { useTranslation } from 'react-i18next';
import type common from '../words/en/common.json';
import { Status } from './shown';

type Known = keyof (typeof common)['status'];

/** The word for a status; one that is not known is shown as it is. */
export function useStatusWord(): (status: string) => string {
  const { t } = useTranslation();
  return (status) => t(`status.${status as Known}`, { defaultValue: status });
}

export function JobStatus({ status }: { readonly status: string }) {
  const word = useStatusWord();
  return <Status status={status} label={word(status)} />;
}
