// Cancels an export of either kind, after asking.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { confirm } from '../../ui/confirm';
import { tellDone, tellFailure } from '../../ui/told';

export function useCancel(cancel: (exportId: string) => Promise<unknown>, key: 'exports' | 'audit-exports') {
  const { t } = useTranslation('exports');
  const queries = useQueryClient();
  const { mutate, isPending, variables } = useMutation({
    mutationFn: cancel,
    onSuccess: () => tellDone(t('cancelled')),
    onError: tellFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: [key] }),
  });
  const ask = async (exportId: string) => {
    const isSure = await confirm({
      title: t('cancelQuestion.title'),
      text: t('cancelQuestion.text'),
      confirm: t('cancel'),
    });
    if (isSure) mutate(exportId);
  };
  return { cancel: (exportId: string) => void ask(exportId), busyWith: isPending ? variables : undefined };
}
